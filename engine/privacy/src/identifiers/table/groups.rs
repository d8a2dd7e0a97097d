//! How the forms are grouped, as filters: most rows of groups in a text (dates, versions, addresses) are those of no form, which
//! one look-up tells.

use super::super::form::{Form, Shape};
use super::{COMPILED, FORMS_LEN};

/// Bits of a filter.
const BITS: usize = 1 << 14;

type Filter = [u64; BITS / 64];

/// The groups before each separator of each form.
static BEGINNINGS: Filter = beginnings();
/// All groups of the forms that have separators.
static WHOLE: Filter = whole();

/// Whether a form begins with the groups of `shape`, which ends with a separator.
pub(in super::super) fn has_beginning(shape: &Shape) -> bool {
    let is_letter = |place: usize| shape.letters >> place & 1 == 1;
    has(&BEGINNINGS, beginning(shape.separated, is_letter(0), shape.len > 0 && is_letter(shape.len - 1)))
}

/// Whether a form has the groups of `shape`, and letters and digits where it has them.
pub(in super::super) fn has_form(shape: &Shape) -> bool {
    let has_digits = shape.letters != places(shape.len);
    has(&WHOLE, group(shape.separated, shape.len, shape.letters != 0, has_digits))
}

/// A bit for each letter or digit.
const fn places(len: usize) -> u64 {
    (1 << len) - 1
}

const fn has(filter: &Filter, bit: usize) -> bool {
    filter[bit / 64] >> (bit % 64) & 1 == 1
}

/// The bit of separators that stand before these places, where the first letter or digit is a letter, and the one before the
/// last separator is one.
const fn beginning(separated: u64, first: bool, last: bool) -> usize {
    bit_of(separated << 2 | (first as u64) << 1 | last as u64)
}

/// The bit of a number of letters and digits with separators before these places.
const fn group(separated: u64, len: usize, has_letters: bool, has_digits: bool) -> usize {
    bit_of(separated << 8 | (len as u64) << 2 | (has_letters as u64) << 1 | has_digits as u64)
}

const fn bit_of(key: u64) -> usize {
    // Fibonacci hashing (Knuth, volume 3, 6.4): the highest bits.
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS.ilog2())) as usize
}

const fn beginnings() -> Filter {
    let mut filter = [0; BITS / 64];
    let mut i = 0;
    while i < FORMS_LEN {
        let form = &COMPILED[i];
        let mut way = 0;
        while way < 2 {
            let separated = form.separated(way == 1);
            let mut rest = separated;
            while rest != 0 {
                let place = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let mut kinds = 0;
                while kinds < 4 {
                    let (first, last) = (kinds & 2 != 0, kinds & 1 != 0);
                    if form.may_hold(0, first) && form.may_hold(place.saturating_sub(1), last) {
                        let bit = beginning(separated & !(u64::MAX << place << 1), first, last);
                        filter[bit / 64] |= 1 << (bit % 64);
                    }
                    kinds += 1;
                }
            }
            way += 1;
        }
        i += 1;
    }
    filter
}

const fn whole() -> Filter {
    let mut filter = [0; BITS / 64];
    let mut i = 0;
    while i < FORMS_LEN {
        let form: &Form = &COMPILED[i];
        let mut len = form.min as usize;
        while len <= form.max as usize {
            let (letters, digits) = form.must_hold(places(len));
            let mut way = 0;
            while way < 8 {
                let (has_letters, has_digits) = (way & 2 != 0, way & 1 != 0);
                if (has_letters || !letters) && (has_digits || !digits) {
                    let bit = group(form.separated(way & 4 != 0), len, has_letters, has_digits);
                    filter[bit / 64] |= 1 << (bit % 64);
                }
                way += 1;
            }
            len += 1;
        }
        i += 1;
    }
    filter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::class;

    fn shape(text: &str) -> Shape {
        let mut shape = Shape::EMPTY;
        for byte in text.bytes() {
            assert!(if byte.is_ascii_alphanumeric() { shape.push(byte, class(byte)) } else { shape.separate(byte) });
        }
        shape
    }

    #[test]
    fn groups_of_forms_pass_and_most_others_do_not() {
        for text in ["756.1234.5678.97", "123 456 789", "123-45-6789", "12.345.678/0001-95"] {
            assert!(has_form(&shape(text)), "{text}");
            for (at, _) in text.match_indices(|c: char| !c.is_ascii_digit()) {
                assert!(has_beginning(&shape(&text[..=at])), "{text} {at}");
            }
        }
        for text in ["2026-03-04 10:15:22.", "1.2.3.4.5.6.7.", "took 123 ms for "] {
            assert!(!has_beginning(&shape(text)), "{text}");
        }
        assert!(!has_form(&shape("ab")), "no form has two letters alone");
        let set = |filter: &Filter| filter.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        assert!(set(&BEGINNINGS) < BITS / 8 && set(&WHOLE) < BITS / 8, "a fuller filter tells nothing");
    }
}
