//! Groupings that are used for hardly anything else than telephone numbers.

use super::super::extent::is_bracketed;
use super::super::{Digits, plan};
use super::is_plain_gap;
use crate::numbers::{Run, value};

struct Shape {
    /// The lengths of the groups, one per nibble, the first in the lowest.
    grouping: u32,
    fits: fn(&[&[u8]]) -> bool,
}

impl Shape {
    const fn groups(&self) -> usize {
        (u32::BITS - self.grouping.leading_zeros()).div_ceil(4) as usize
    }
}

/// Groupings of the large plans, whatever the digits: invented numbers (`555`) are written as real ones are.
const SHAPES: [Shape; 8] = [
    // North America (NANP): 1-415-555-2671, 415-555-2671, (415) 5552671. Area code and exchange begin with 2 to 9.
    Shape { grouping: 0x4331, fits: |g| g[0] == b"1" && g[1][0] >= b'2' && g[2][0] >= b'2' },
    Shape { grouping: 0x433, fits: |g| g[0][0] >= b'2' && g[1][0] >= b'2' },
    // China: 138 1234 5678.
    Shape { grouping: 0x443, fits: |g| g[0][0] == b'1' && g[0][1] >= b'3' },
    // Brazil: (11) 91234-5678.
    Shape { grouping: 0x452, fits: |g| g[0][0] != b'0' && g[1][0] == b'9' },
    // Russia: 8 (912) 345-67-89.
    Shape { grouping: 0x22331, fits: |g| g[0] == b"8" && g[1][0] >= b'3' },
    // India: 98765 43210.
    Shape { grouping: 0x55, fits: |g| g[0][0] >= b'6' },
    // France: 06 12 34 56 78. In equal steps it is a list.
    Shape { grouping: 0x22222, fits: |g| g[0][0] == b'0' && g[0][1] >= b'1' && !is_series(g.iter().copied()) },
    // Brackets around an area code of three digits: (415) 5552671.
    Shape { grouping: BRACKETED_CODE, fits: |g| g[0][0] >= b'2' && g[1][0] >= b'2' },
];
/// Only brackets tell this one from two numbers.
const BRACKETED_CODE: u32 = 0x73;
/// The longest of them.
const GROUPS_MAX: usize = 5;

/// Fewest groups that tell a number by a region's own grouping, and fewest digits.
const DISTINCT_GROUPS: usize = 4;
const DISTINCT_DIGITS: usize = 9;
/// Digits of a number whose area code stands in brackets.
const BRACKETED: std::ops::RangeInclusive<usize> = 8..=12;

/// How many groups from `first` on are a number of a large plan.
pub(super) fn known(run: &Run<'_>, first: usize) -> Option<usize> {
    let mut groups: [&[u8]; GROUPS_MAX] = [b""; GROUPS_MAX];
    let there = (run.len() - first).min(GROUPS_MAX);
    let mut grouping = 0;
    for (i, group) in groups.iter_mut().enumerate().take(there) {
        *group = run.digits(first + i);
        grouping |= (group.len() as u32).min(15) << (4 * i);
    }
    SHAPES.iter().find_map(|shape| {
        let used = shape.groups();
        let same = used <= there && grouping & ((1 << (4 * used)) - 1) == shape.grouping;
        let is_number =
            same && is_plain(run, first, used) && is_parted(run, first, used) && (shape.fits)(&groups[..used]);
        let is_told = shape.grouping != BRACKETED_CODE || run.gap_before(first + 1).starts_with(b")");
        (is_number && is_told).then_some(used)
    })
}

/// A grouping of a region where the digits are a number, if it has many groups or an area code in brackets.
pub(super) fn grouped(run: &Run<'_>, first: usize) -> Option<usize> {
    let bracketed = is_bracketed(run, first);
    let used = run.len() - first;
    if !bracketed && (first > 0 || used < DISTINCT_GROUPS) || used < 2 {
        return None;
    }
    let mut digits = Digits::default();
    let mut grouping = 0;
    let mut best = None;
    for i in 0..used {
        let group = run.digits(first + i);
        if i >= 8 || group.len() > 9 || !digits.push(group) || i > 0 && !is_plain_gap(run.gap_before(first + i)) {
            break;
        }
        grouping |= (group.len() as u32) << (4 * i);
        let is_last = i + 1 == used;
        let fits = if bracketed {
            // `(1998) 12345678` is a year and a number.
            let is_year =
                group.len() == 4 && i == 0 || run.digits(first).starts_with(b"19") && run.digits(first).len() == 4;
            i > 0
                && !is_year
                && group.len() > 1
                && (2..=5).contains(&run.digits(first).len())
                && BRACKETED.contains(&digits.len())
                && plan::all().iter().any(|plan| plan.national(digits.as_slice()).is_some())
        } else {
            let uniform = (1..=i).all(|i| run.digits(first + i).len() == run.digits(first).len());
            is_last
                && i + 1 >= DISTINCT_GROUPS
                && digits.len() >= DISTINCT_DIGITS
                && !uniform
                && plan::is_grouped(digits.as_slice(), grouping)
        };
        if fits {
            best = Some(i + 1);
        }
    }
    best
}

/// Numbers in equal steps: `01 02 03 04 05`, `10 20 30 40`.
pub(super) fn is_series<'a>(mut groups: impl Iterator<Item = &'a [u8]>) -> bool {
    let (Some(first), Some(second)) = (groups.next().map(value), groups.next().map(value)) else { return false };
    let step = second.wrapping_sub(first);
    let mut last = second;
    groups.all(|group| {
        let is_next = value(group).wrapping_sub(last) == step;
        last = value(group);
        is_next
    })
}

fn is_plain(run: &Run<'_>, first: usize, used: usize) -> bool {
    (first + 1..first + used).all(|i| is_plain_gap(run.gap_before(i)))
}

/// Whether the number ends where the shape ends. A row of numbers with nothing but spaces between is a line of a table.
fn is_parted(run: &Run<'_>, first: usize, used: usize) -> bool {
    let only_spaces = (first + 1..first + used).all(|i| run.gap_before(i) == b" ");
    let next = run.gap_before(first + used);
    !(matches!(next, b"-" | b".") || only_spaces && (next == b" " || run.gap_before(first) == b" "))
}
