//! The loop as the compiler writes it.

use super::AT_ONCE;
use crate::index::vectors::quantise::LANES;

/// See [`super::dots`].
pub fn dots(query: &[i16], rows: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    rows.map(|row| dot(query, row))
}

/// Fixed lanes of 16 let the compiler use the instruction that multiplies and adds pairs (`pmaddwd` on SSE2).
fn dot(query: &[i16], row: &[i8]) -> i32 {
    let (rows, _) = row.as_chunks::<LANES>();
    let (queries, _) = query.as_chunks::<LANES>();
    let mut sum = 0i32;
    for (a, b) in rows.iter().zip(queries) {
        let mut part = 0i32;
        for lane in 0..LANES {
            part += i32::from(a[lane]) * i32::from(b[lane]);
        }
        sum += part;
    }
    sum
}
