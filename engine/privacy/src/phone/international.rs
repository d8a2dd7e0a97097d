//! Numbers with a country code.

use super::extent::has_plus;
use super::plan;
use super::{Digits, is_continued};
use crate::numbers::Run;

/// What is dialled before a country code instead of `+`: nearly everywhere 00 (ITU-T E.164), in North America 011.
const EXIT_CODES: [&[u8]; 2] = [b"00", b"011"];
/// Fewest digits behind an exit code: shorter ones are other numbers with zeros before.
const BEHIND_EXIT_CODE_MIN: usize = 9;

/// How sure a number is, and how many groups it has.
pub(super) struct Number {
    pub(super) used: usize,
    pub(super) is_valid: bool,
}

/// The international number that begins with group `first`.
pub(super) fn at(run: &Run<'_>, first: usize) -> Option<Number> {
    if has_plus(run, first) {
        return read(run, first, b"");
    }
    if is_continued(run, first) {
        return None;
    }
    let head = run.digits(first);
    let exit_code = EXIT_CODES.iter().find(|code| head.starts_with(code))?;
    read(run, first, exit_code)
}

fn read(run: &Run<'_>, first: usize, exit_code: &[u8]) -> Option<Number> {
    let mut digits = Digits::default();
    let mut valid = None;
    let mut possible = None;
    for i in first..run.len() {
        let gap = run.gap_before(i);
        // A new `+` begins another number, and so does what stands apart from a whole one.
        let is_whole = valid.is_some() || possible.is_some();
        if i > first && (has_plus(run, i) || is_whole && is_apart(gap)) {
            break;
        }
        let group = if i == first { &run.digits(i)[exit_code.len()..] } else { run.digits(i) };
        // `+44 (0) 20 …`: the trunk prefix is written for callers inside the country and is not part of the number.
        let is_trunk = i > first && group == b"0" && gap.ends_with(b"(");
        if !is_trunk && !digits.push(group) {
            break;
        }
        if digits.len() > plan::DIGITS_MAX {
            break;
        }
        if plan::accepts(digits.as_slice()).is_some() {
            valid = Some(i);
        } else if plan::is_possible(digits.as_slice()) || i == first && plan::is_long(digits.as_slice()) {
            possible = Some(i);
        }
    }
    // An invalid number that takes the rest of the run is rather one number than a valid one with something behind it.
    let is_whole = possible.is_some_and(|i| i + 1 == run.len());
    let (last, is_valid) = match (valid, possible) {
        (Some(valid), Some(_)) if !is_whole => (valid, true),
        (Some(valid), Some(possible)) if valid > possible => (valid, true),
        (Some(valid), None) => (valid, true),
        (_, possible) => (possible?, false),
    };
    let used = last + 1 - first;
    let number = Number { used, is_valid };
    let len: usize = (first..=last).map(|i| run.digits(i).len()).sum::<usize>() - exit_code.len();
    let is_enough =
        exit_code.is_empty() || len >= BEHIND_EXIT_CODE_MIN && (is_valid || used > 2) && !is_zeros(run, first);
    (is_enough && (is_valid || !is_decimal(run, first, used))).then_some(number)
}

/// `000123…`: zeros before a number, not an exit code.
fn is_zeros(run: &Run<'_>, first: usize) -> bool {
    run.digits(first).starts_with(b"000")
}

/// Whether a gap parts two numbers.
fn is_apart(gap: &[u8]) -> bool {
    matches!(gap, b"  " | b"   " | b"    " | b" / " | b" - ")
}

/// `+48.85660000`: a coordinate or a measured value.
fn is_decimal(run: &Run<'_>, first: usize, used: usize) -> bool {
    used == 2 && run.gap_before(first + 1) == b"." && run.digits(first).len() <= 3
}
