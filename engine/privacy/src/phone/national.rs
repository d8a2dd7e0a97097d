//! Numbers without a country code.

use super::{is_announced, is_continued};
use crate::numbers::Run;

/// Fewest and most digits of a national number beside a word that announces one.
const ANNOUNCED: std::ops::RangeInclusive<usize> = 7..=13;
/// Digits of a number that begins with the trunk prefix 0, the prefix included.
const TRUNK: std::ops::RangeInclusive<usize> = 9..=12;

/// How many groups of the run from `first` on are a telephone number in a national form.
pub(super) fn at(run: &Run<'_>, first: usize) -> Option<usize> {
    if is_continued(run, first) || first > 0 && matches!(run.gap_before(first), b"-" | b"." | b"/") {
        return None;
    }
    by_shape(run, first)
        .or_else(|| with_trunk_prefix(run, first))
        // The words around are looked at last, because that costs most.
        .or_else(|| any_grouping(run, first).filter(|_| is_announced(run, first)))
}

struct Shape {
    lens: &'static [usize],
    fits: fn(&[&[u8]]) -> bool,
}

/// Groupings that are used for hardly anything else.
const SHAPES: [Shape; 8] = [
    // North America (NANP): 1-415-555-2671, 415-555-2671, (415) 5552671. Area code and exchange begin with 2 to 9.
    Shape { lens: &[1, 3, 3, 4], fits: |g| g[0] == b"1" && g[1][0] >= b'2' && g[2][0] >= b'2' },
    Shape { lens: &[3, 3, 4], fits: |g| g[0][0] >= b'2' && g[1][0] >= b'2' },
    // China: 138 1234 5678.
    Shape { lens: &[3, 4, 4], fits: |g| g[0][0] == b'1' && g[0][1] >= b'3' },
    // Brazil: (11) 91234-5678.
    Shape { lens: &[2, 5, 4], fits: |g| g[0][0] != b'0' && g[1][0] == b'9' },
    // Russia: 8 (912) 345-67-89.
    Shape { lens: &[1, 3, 3, 2, 2], fits: |g| g[0] == b"8" && g[1][0] >= b'3' },
    // India: 98765 43210.
    Shape { lens: &[5, 5], fits: |g| g[0][0] >= b'6' },
    // France without the prefix's own group: 06 12 34 56 78.
    Shape { lens: &[2, 2, 2, 2, 2], fits: |g| g[0][0] == b'0' && g[0][1] >= b'1' },
    // Brackets around an area code of three digits: (415) 5552671.
    Shape { lens: &[3, 7], fits: |g| g[0][0] >= b'2' && g[1][0] >= b'2' },
];

fn by_shape(run: &Run<'_>, first: usize) -> Option<usize> {
    SHAPES.iter().find_map(|shape| {
        let used = shape.lens.len();
        let groups: Vec<&[u8]> = (first..(first + used).min(run.len())).map(|i| run.digits(i)).collect();
        let same = groups.len() == used && groups.iter().zip(shape.lens).all(|(group, len)| group.len() == *len);
        let closed = !matches!(run.gap_before(first + used), b"-" | b".");
        // Only brackets tell `(415) 5552671` from two numbers.
        let bracketed = shape.lens != [3, 7] || run.gap_before(first + 1).starts_with(b")");
        (same && closed && bracketed && is_plain(run, first, used) && (shape.fits)(&groups)).then_some(used)
    })
}

/// `020 7946 0958`, `0171-1234567`, `030/1234567`, `(02) 9876 5432`.
fn with_trunk_prefix(run: &Run<'_>, first: usize) -> Option<usize> {
    let head = run.digits(first);
    if head.len() < 2 || head[0] != b'0' || head[1] == b'0' {
        return None;
    }
    let mut best = None;
    let mut total = 0;
    for i in first..run.len() {
        total += run.digits(i).len();
        if total > *TRUNK.end() || i > first && !is_plain_gap(run.gap_before(i)) {
            break;
        }
        if i > first && TRUNK.contains(&total) && !is_date(run, first) {
            best = Some(i + 1 - first);
        }
    }
    best
}

/// Any grouping, where a word says that it is a telephone number.
fn any_grouping(run: &Run<'_>, first: usize) -> Option<usize> {
    let mut best = None;
    let mut total = 0;
    for i in first..run.len() {
        total += run.digits(i).len();
        if total > *ANNOUNCED.end() || i > first && !is_plain_gap(run.gap_before(i)) {
            break;
        }
        // `1.5 1234567`: a decimal number.
        let decimal = i == first + 1 && run.gap_before(i) == b"." && run.digits(first).len() < 3;
        if ANNOUNCED.contains(&total) && !is_date(run, first) && !decimal {
            best = Some(i + 1 - first);
        }
    }
    best
}

fn is_plain(run: &Run<'_>, first: usize, used: usize) -> bool {
    (first + 1..first + used).all(|i| is_plain_gap(run.gap_before(i)))
}

fn is_plain_gap(gap: &[u8]) -> bool {
    matches!(gap, b" " | b"-" | b"." | b"/" | b")" | b") " | b")-" | b" (" | b"-(" | b".(" | b" - ") || !gap.is_ascii()
}

/// Dates: 2-2-4, 4-2-2 and 2-2-2 with a month and a day that exist.
fn is_date(run: &Run<'_>, first: usize) -> bool {
    if run.len() < first + 3 {
        return false;
    }
    let value =
        |i: usize| run.digits(first + i).iter().take(4).fold(0u32, |value, digit| value * 10 + u32::from(digit - b'0'));
    let len = |i: usize| run.digits(first + i).len();
    let (a, b, c) = (value(0), value(1), value(2));
    let day_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let same_gaps = run.gap_before(first + 1) == run.gap_before(first + 2);
    let year_last = len(0) <= 2
        && len(1) <= 2
        && (len(2) == 4 && (1900..2100).contains(&c) || len(2) == 2 && run.gap_before(first + 1) != b" ");
    let year_first = len(0) == 4 && (1900..2100).contains(&a) && len(1) <= 2 && len(2) <= 2;
    same_gaps && (year_last && (day_month(a, b) || day_month(b, a)) || year_first && day_month(c, b))
}
