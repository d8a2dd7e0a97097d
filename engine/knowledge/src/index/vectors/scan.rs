//! Exact search: every row is looked at.

use std::ops::Range;

use super::graph::hash;
use super::kernels::AT_ONCE;
use super::rows::Rows;
use super::top::{Scored, Top};

/// Which rows a search may find, beside that removed rows are never found.
pub type Filter<'a> = &'a dyn Fn(u32) -> bool;

/// Rows that are asked to learn how many a filter lets through: the share is then known to 3 in 100.
const SAMPLE: u32 = 1024;

/// Where a filter lets through less than this, rows are asked for first and only its own are multiplied; else all rows are
/// multiplied in the order in which they lie in memory, and only good ones are asked for. Asking costs [`ASK_COST`] of
/// multiplying, and rows with gaps between them cost [`GATHER_COST`]: that is as much at a share of .58. (50,000 rows of 384 in
/// V8: all rows 1.24 ms; one in 5, 10, 100 and 1,000 of them 0.55, 0.33, 0.17 and 0.16 ms.)
pub const GATHERED_SHARE: f32 = 0.5;

/// What asking a filter about a row costs, in comparisons of a scan.
pub const ASK_COST: f32 = 0.12;

/// What a comparison costs among rows with gaps between them.
pub const GATHER_COST: f32 = 1.5;

/// Adds the best rows of the range.
pub fn scan(rows: &Rows, query: (&[i16], f32), range: Range<u32>, filter: Option<Filter<'_>>, top: &mut Top) {
    match filter {
        Some(filter) if share(rows, range.clone(), filter) < GATHERED_SHARE => gather(rows, query, range, filter, top),
        _ => rows.scan(query, range, |row, score| {
            if score >= top.bar() && rows.is_live(row) && filter.is_none_or(|filter| filter(row)) {
                top.offer(Scored::new(row, score));
            }
        }),
    }
}

/// The share of the range's rows that can be found, from a sample. Drawn at random: a filter may go by a row's number.
pub fn share(rows: &Rows, range: Range<u32>, filter: Filter<'_>) -> f32 {
    let count = range.len() as u64;
    let sample = count.min(u64::from(SAMPLE));
    // Below the range's length.
    let draw = |number: u64| range.start + (hash(number) % count) as u32;
    let found = (0..sample).map(draw).filter(|row| rows.is_live(*row) && filter(*row)).count();
    found as f32 / sample.max(1) as f32
}

/// [`scan`] of the rows that a narrow filter lets through.
fn gather(rows: &Rows, query: (&[i16], f32), range: Range<u32>, filter: Filter<'_>, top: &mut Top) {
    let mut waiting = [0; AT_ONCE];
    let mut count = 0;
    let mut flush = |waiting: [u32; AT_ONCE], count: usize| {
        for (row, score) in waiting.into_iter().zip(rows.cosines(query, waiting)).take(count) {
            if score >= top.bar() {
                top.offer(Scored::new(row, score));
            }
        }
    };
    for row in range.filter(|row| rows.is_live(*row) && filter(*row)) {
        rows.prefetch(row);
        if count == 0 {
            // The last group may have fewer: the rest of it is computed and not shown.
            waiting.fill(row);
        }
        waiting[count] = row;
        count += 1;
        if count == AT_ONCE {
            flush(waiting, count);
            count = 0;
        }
    }
    if count > 0 {
        flush(waiting, count);
    }
}
