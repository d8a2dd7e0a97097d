//! Payment card numbers: 13 to 19 digits (ISO/IEC 7812-1), a known issuer range, the Luhn check digit.

use crate::numbers::Run;

/// Issuer ranges: first and last prefix, and the numbers' lengths. Sources: ISO/IEC 7812 register as published by the brands.
const BRANDS: [(u32, u32, std::ops::RangeInclusive<usize>); 32] = [
    (4, 4, 13..=13),       // Visa
    (4, 4, 16..=16),       // Visa
    (4, 4, 19..=19),       // Visa
    (51, 55, 16..=16),     // Mastercard
    (2221, 2720, 16..=16), // Mastercard
    (34, 34, 15..=15),     // American Express
    (37, 37, 15..=15),     // American Express
    (6011, 6011, 16..=19), // Discover
    (644, 649, 16..=19),   // Discover
    (65, 65, 16..=19),     // Discover, RuPay
    (300, 305, 14..=19),   // Diners Club
    (3095, 3095, 14..=19), // Diners Club
    (36, 36, 14..=19),     // Diners Club
    (38, 39, 14..=19),     // Diners Club
    (3528, 3589, 16..=19), // JCB
    (62, 62, 16..=19),     // UnionPay
    (81, 82, 16..=19),     // UnionPay, RuPay
    (2200, 2204, 16..=19), // Mir
    (5018, 5020, 13..=19), // Maestro, Dankort
    (5038, 5038, 13..=19), // Maestro
    (5060, 5061, 16..=19), // Verve, Elo
    (508, 508, 16..=16),   // RuPay
    (56, 58, 13..=19),     // Maestro
    (60, 60, 16..=16),     // RuPay
    (6304, 6304, 13..=19), // Maestro
    (636, 639, 16..=19),   // InterPayment, Elo, InstaPayment
    (67, 67, 13..=19),     // Maestro
    (6062, 6062, 16..=19), // Hipercard
    (8600, 8600, 16..=16), // Uzcard
    (9112, 9112, 16..=16), // Belkart
    (9792, 9792, 16..=16), // Troy
    (9860, 9860, 16..=16), // Humo
];

/// Fewest and most digits of a card number.
const DIGITS_MIN: usize = 13;
const DIGITS_MAX: usize = 19;

/// How many groups of the run from `first` on are a card number.
pub(crate) fn at(run: &Run<'_>, first: usize) -> Option<usize> {
    let separator = run.gap_before(first + 1);
    if first > 0 && matches!(run.gap_before(first), b"-" | b".") {
        return None;
    }
    let mut digits: Vec<u8> = Vec::with_capacity(DIGITS_MAX);
    let mut best = None;
    for i in first..run.len() {
        if i > first && (run.gap_before(i) != separator || !is_separator(separator)) {
            break;
        }
        if digits.len() + run.digits(i).len() > DIGITS_MAX {
            break;
        }
        digits.extend(run.digits(i).iter().map(|digit| digit - b'0'));
        if digits.len() >= DIGITS_MIN && is_grouping(run, first, i) && is_brand(&digits) && luhn(&digits) {
            best = Some(i + 1 - first);
        }
    }
    // A row that goes on with the same dashes is an identifier of another kind.
    best.filter(|used| !matches!(run.gap_before(first + used), b"-" | b"."))
}

fn is_separator(gap: &[u8]) -> bool {
    matches!(gap, b" " | b"-" | [0xc2, 0xa0] | [0xe2, 0x80, 0x90..=0x93])
}

/// Cards are written without gaps, in fours (the last group may be shorter), or like American Express and Diners Club in
/// 4-6-5 and 4-6-4. Anything else is a table of numbers that passes Luhn by chance (one in ten does).
fn is_grouping(run: &Run<'_>, first: usize, last: usize) -> bool {
    let len = |i: usize| run.digits(i).len();
    if first == last {
        return true;
    }
    let fours = (first..last).all(|i| len(i) == 4) && len(last) <= 4 && last - first >= 3;
    let amex = last - first == 2 && len(first) == 4 && len(first + 1) == 6 && (4..=5).contains(&len(last));
    fours || amex
}

fn is_brand(digits: &[u8]) -> bool {
    BRANDS.iter().any(|(low, high, lengths)| {
        let width = low.ilog10() as usize + 1;
        let prefix = digits.iter().take(width).fold(0, |prefix, digit| prefix * 10 + u32::from(*digit));
        lengths.contains(&digits.len()) && (*low..=*high).contains(&prefix)
    })
}

/// ISO/IEC 7812-1, annex B: from the right, every second digit is doubled; the digit sum is a multiple of 10.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| match (i % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit @ 5..) => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn luhn_catches_every_single_digit_error() {
        let good = digits("4539578763621486");
        assert!(luhn(&good));
        for i in 0..good.len() {
            for change in 1..10 {
                let mut bad = good.clone();
                bad[i] = (bad[i] + change) % 10;
                assert!(!luhn(&bad));
            }
        }
    }

    #[test]
    fn brands_fix_the_length() {
        assert!(is_brand(&digits("371449635398431")));
        assert!(!is_brand(&digits("3714496353984312")));
        assert!(!is_brand(&digits("1700000000000000")));
    }
}
