//! Check digits of identifiers: the schemes of the standards, and what issuing authorities made of them.
//!
//! Every function takes the letters (upper case) and digits of a value, in its order and without separators. Those of one kind
//! of identifier take values of its form, whose length they rely on: the rows of `conclave-privacy` name form and check together.
//! It is a crate of its own because programs that are sent compile it for size: few numbers get as far as their check.

pub mod americas;
pub mod asia;
pub mod date;
pub mod europe;
pub mod nordic;
pub mod oceania;
pub mod vat;

/// The value of a digit; of a letter, 10 to 35 (ISO 7064, ICAO 9303).
///
/// Inlined even where all is compiled for size: every sum over digits asks for each.
#[inline(always)]
pub fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    }
}

/// The number that digits spell.
pub fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(value(*digit)))
}

/// Sum of digits times weights, as far as there are both.
pub fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| value(*digit) * weight).sum()
}

/// The last digit.
pub fn last(value_bytes: &[u8]) -> u32 {
    value_bytes.last().map_or(0, |digit| value(*digit))
}

/// The digit at a place.
pub fn at(value_bytes: &[u8], place: usize) -> u32 {
    value_bytes.get(place).map_or(0, |digit| value(*digit))
}

/// All digits are the same: what people type into a form they do not want to fill in.
pub fn is_monotone(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

/// Sum of the digits of a number below 100.
pub fn cross_sum(number: u32) -> u32 {
    number / 10 + number % 10
}

/// ISO/IEC 7812-1, annex B ("Luhn"): from the right, every second digit is doubled; the digit sum is a multiple of 10.
pub fn luhn(digits: &[u8]) -> bool {
    luhn_sum(digits).is_multiple_of(10) && !is_monotone(digits)
}

/// The sum that [`luhn`] looks at.
pub fn luhn_sum(digits: &[u8]) -> u32 {
    digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| if i % 2 == 1 { cross_sum(value(*digit) * 2) } else { value(*digit) })
        .sum()
}

/// ISO 7064, MOD 97-10: letters count 10 to 35, the number leaves 1.
pub fn mod_97(value_bytes: impl Iterator<Item = u8>) -> u32 {
    value_bytes.fold(0, |rest, byte| match value(byte) {
        digit @ 0..=9 => (rest * 10 + digit) % 97,
        letter => (rest * 100 + letter) % 97,
    })
}

/// ISO 7064, MOD 11,10.
pub fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (value(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + value(*check)) % 10 == 1
}

/// J. Verhoeff, Error Detecting Decimal Codes (1969): the dihedral group of order 10.
pub fn verhoeff(digits: &[u8]) -> bool {
    const PERMUTATION: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    // Rotations 0-4, reflections 5-9.
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let rest = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0u8, |rest, (i, digit)| product(rest, PERMUTATION[i % 8][(digit.wrapping_sub(b'0') % 10) as usize]));
    rest == 0
}

/// GS1 General Specifications, 7.9: weights 3 and 1 from the right, beside the check digit.
pub fn gs1(digits: &[u8]) -> bool {
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, digit)| value(*digit) * if i % 2 == 1 { 3 } else { 1 }).sum();
    sum.is_multiple_of(10)
}

/// ICAO Doc 9303-3, 4.9: weights 7, 3, 1; letters count 10 to 35, `<` nothing.
pub fn icao(field: &[u8]) -> u32 {
    field.iter().zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| value(*byte) * weight).sum::<u32>() % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_hold_for_the_examples_of_their_standards() {
        assert!(luhn(b"4539578763621486") && !luhn(b"4539578763621487"));
        assert!(verhoeff(b"2363") && !verhoeff(b"2364"), "the paper's example");
        assert!(mod_11_10(b"94577403194") && !mod_11_10(b"94577403195"));
        assert_eq!(mod_97(b"3214282912345698765432161182".iter().copied()), 1, "ISO 13616's example");
        assert!(gs1(b"4006381333931"));
        assert_eq!(icao(b"L898902C3"), 6, "ICAO 9303-4, appendix B");
        assert_eq!(icao(b"740812"), 2);
    }

    #[test]
    fn schemes_catch_every_single_digit_error() {
        type Example = (fn(&[u8]) -> bool, &'static [u8]);
        let schemes: [Example; 4] = [
            (luhn, b"4539578763621486"),
            (verhoeff, b"312345678909"),
            (mod_11_10, b"94577403194"),
            (gs1, b"4006381333931"),
        ];
        for (scheme, good) in schemes {
            assert!(scheme(good));
            for i in 0..good.len() {
                for change in 1..10 {
                    let mut bad = good.to_vec();
                    bad[i] = (bad[i] - b'0' + change) % 10 + b'0';
                    assert!(!scheme(&bad));
                }
            }
        }
    }
}
