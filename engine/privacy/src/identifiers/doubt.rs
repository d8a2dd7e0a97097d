//! Bare numbers that look like one kind and pass the check of another.
//!
//! A check digit alone passes one number in ten, so a wrong number of any kind is often a right one of another. It stays open
//! which kind a bare number is of
//! - where it has everything of a kind but its check digits (a birth date, a county, a country's prefix), and the one that
//!   takes it asks for far less;
//! - where one that asks for a single check digit and nothing else takes it, and it may as well be a wrong number of several.
//!
//! It is somebody's number nevertheless.

use super::form::{BARE_DIGITS, LEN_MAX, Shape, Standing};
use super::kind::Kind;
use super::table;

/// Which part of a kind's odds the structure of another must be to speak against it: then as many numbers of the one have
/// that structure as wrong numbers of the other pass the check, or not many more.
const RARE: (u32, u32) = (2, 3);
/// Other kinds that a number may be a wrong one of, beside which a single check digit tells nothing.
const SEVERAL: usize = 2;
/// Odds of a single check digit, with what little is asked beside it.
const SINGLE: u32 = 20;

/// Whether it stays open that a number is of the kind whose check it passes.
pub(super) fn is_open(shape: &Shape, kind: &Kind) -> bool {
    let value = shape.value();
    let (rare, is_single) = (kind.odds * RARE.0 / RARE.1, kind.odds < SINGLE && structure(kind, value) <= 1);
    let mut several = 0;
    table::forms(shape.len, BARE_DIGITS, 0)
        .filter(|form| form.standing != Standing::Announced && form.fits(shape))
        .map(|form| &table::KINDS[usize::from(form.kind)])
        .filter(|other| other.category == kind.category && !(other.check)(value))
        .any(|other| {
            let others = structure(other, value);
            several += usize::from(others > 0);
            others >= rare || is_single && several >= SEVERAL
        })
}

/// One in how many numbers has the structure of a kind that this one has, its check digits left aside; 0 where it has not.
/// Of all endings those that pass tell how much of the odds is the check digits' part.
fn structure(kind: &Kind, value: &[u8]) -> u32 {
    let (body, ending) = value.split_at(value.len().saturating_sub(2));
    let mut other = [0; LEN_MAX];
    let other = &mut other[..value.len()];
    other[..body.len()].copy_from_slice(body);
    // Endings that pass, and those of them whose last digit alone is another one.
    let (mut passed, mut passed_last) = (0, 0);
    for tens in b'0'..=b'9' {
        for ones in b'0'..=b'9' {
            other[body.len()..].copy_from_slice(&[tens, ones][..ending.len()]);
            let passes = u32::from((kind.check)(other));
            passed += passes;
            passed_last += passes * u32::from(ending.first() == Some(&tens));
        }
    }
    // Where other endings pass as well, the last digit alone checks, and the one before it has its meaning.
    let last = if passed > 1 { kind.odds * passed_last / 10 } else { 0 };
    last.max((kind.odds * passed + 50) / 100)
}
