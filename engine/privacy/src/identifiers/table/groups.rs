//! How the forms are grouped, as filters: most rows of groups in a text (dates, versions, addresses) are those of no form, which
//! one look-up tells.

use super::super::form::{Form, Shape};

/// Bits of a filter.
const BITS: usize = 1 << 14;

type Filter = [u64; BITS / 64];

pub(super) struct Groups {
    /// The groups before each separator of each form.
    beginnings: Box<Filter>,
    /// All groups of the forms that have separators.
    whole: Box<Filter>,
}

impl Groups {
    pub(super) fn new(forms: &[Form]) -> Self {
        let mut groups = Self { beginnings: Box::new([0; BITS / 64]), whole: Box::new([0; BITS / 64]) };
        for form in forms {
            groups.add_beginnings(form);
            groups.add_whole(form);
        }
        groups
    }

    fn add_beginnings(&mut self, form: &Form) {
        for joint in [false, true] {
            let separated = form.separated(joint);
            let mut rest = separated;
            while rest != 0 {
                let place = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                for (first, last) in [(false, false), (false, true), (true, false), (true, true)] {
                    if form.may_hold(0, first) && form.may_hold(place.saturating_sub(1), last) {
                        add(&mut self.beginnings, beginning(separated & !(u64::MAX << place << 1), first, last));
                    }
                }
            }
        }
    }

    fn add_whole(&mut self, form: &Form) {
        for len in usize::from(form.min)..=usize::from(form.max) {
            let (letters, digits) = form.must_hold(places(len));
            for (has_letters, has_digits) in [(false, false), (false, true), (true, false), (true, true)] {
                if (has_letters || !letters) && (has_digits || !digits) {
                    for joint in [false, true] {
                        add(&mut self.whole, group(form.separated(joint), len, has_letters, has_digits));
                    }
                }
            }
        }
    }

    /// Whether a form begins with the groups of `shape`, which ends with a separator.
    pub(super) fn has_beginning(&self, shape: &Shape) -> bool {
        let is_letter = |place: usize| shape.letters >> place & 1 == 1;
        has(&self.beginnings, beginning(shape.separated, is_letter(0), shape.len > 0 && is_letter(shape.len - 1)))
    }

    /// Whether a form has the groups of `shape`, and letters and digits where it has them.
    pub(super) fn has_form(&self, shape: &Shape) -> bool {
        let has_digits = shape.letters != places(shape.len);
        has(&self.whole, group(shape.separated, shape.len, shape.letters != 0, has_digits))
    }
}

/// A bit for each letter or digit.
fn places(len: usize) -> u64 {
    (1 << len) - 1
}

fn has(filter: &Filter, bit: usize) -> bool {
    filter[bit / 64] >> (bit % 64) & 1 == 1
}

fn add(filter: &mut Filter, bit: usize) {
    filter[bit / 64] |= 1 << (bit % 64);
}

/// The bit of separators that stand before these places, where the first letter or digit is a letter, and the one before the
/// last separator is one.
fn beginning(separated: u64, first: bool, last: bool) -> usize {
    bit_of(separated << 2 | (first as u64) << 1 | last as u64)
}

/// The bit of a number of letters and digits with separators before these places.
fn group(separated: u64, len: usize, has_letters: bool, has_digits: bool) -> usize {
    bit_of(separated << 8 | (len as u64) << 2 | (has_letters as u64) << 1 | has_digits as u64)
}

fn bit_of(key: u64) -> usize {
    // Fibonacci hashing (Knuth, volume 3, 6.4): the highest bits.
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::super::COMPILED;
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
        let groups = &COMPILED.groups;
        for text in ["756.1234.5678.97", "123 456 789", "123-45-6789", "12.345.678/0001-95"] {
            assert!(groups.has_form(&shape(text)), "{text}");
            for (at, _) in text.match_indices(|c: char| !c.is_ascii_digit()) {
                assert!(groups.has_beginning(&shape(&text[..=at])), "{text} {at}");
            }
        }
        for text in ["2026-03-04 10:15:22.", "1.2.3.4.5.6.7.", "took 123 ms for "] {
            assert!(!groups.has_beginning(&shape(text)), "{text}");
        }
        assert!(!groups.has_form(&shape("ab")), "no form has two letters alone");
        let set = |filter: &Filter| filter.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        assert!(set(&groups.beginnings) < BITS / 8 && set(&groups.whole) < BITS / 8, "a fuller filter tells nothing");
    }
}
