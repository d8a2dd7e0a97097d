//! Which rows of a long list are on the page.
//!
//! Ten thousand rows with their buttons freeze a page for seconds. All rows have one height, so those that can be seen follow
//! from how far the list is scrolled; above and below them stands empty room.

use std::ops::Range;

/// Rows above and below those that can be seen: a step of the wheel, and what the Tab key goes on to.
const SPARE: usize = 8;

/// How a list stands.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rows {
    /// How far it is scrolled, in pixels.
    pub top: f64,
    /// The height of what can be seen, in pixels.
    pub height: f64,
    /// The height of a row, in pixels; 0 before the page knows it.
    pub row: f64,
}

/// The rows that are on the page, of `count`.
#[must_use]
pub fn rows_shown(rows: Rows, count: usize) -> Range<usize> {
    let height = if rows.row > 1.0 { rows.row } else { return 0..count.min(2 * SPARE) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let at = |pixels: f64| (pixels / height) as usize;
    // A list that became shorter is still scrolled as far as before, until the browser has laid it out.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 rows")]
    let top = rows.top.min(count as f64 * height - rows.height).max(0.0);
    let first = at(top).saturating_sub(SPARE).min(count);
    let last = at(top + rows.height).saturating_add(SPARE + 1).min(count);
    first..last.max(first)
}

/// The row that a key leads to from `at`, of `count`; `None` for a key that leads nowhere.
#[must_use]
pub fn step_to(key: &str, at: usize, count: usize, rows: Rows) -> Option<usize> {
    let last = count.checked_sub(1)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let page = if rows.row > 1.0 { ((rows.height / rows.row) as usize).saturating_sub(1).max(1) } else { 10 };
    Some(match key {
        "ArrowDown" => at.saturating_add(1).min(last),
        "ArrowUp" => at.saturating_sub(1),
        "PageDown" => at.saturating_add(page).min(last),
        "PageUp" => at.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_rows_of_ten_thousand_are_on_the_page() {
        let rows = Rows { top: 300_000.0, height: 600.0, row: 60.0 };
        assert_eq!(rows_shown(rows, 10_000), 4_992..5_019);
        assert_eq!(rows_shown(Rows { top: 0.0, ..rows }, 10_000), 0..19);
        assert_eq!(rows_shown(Rows { top: -80.0, ..rows }, 5), 0..5);
        // Scrolled further than the list is long, because it became shorter.
        assert_eq!((rows_shown(rows, 100), rows_shown(rows, 3)), (82..100, 0..3));
        assert_eq!(rows_shown(Rows::default(), 10_000).len(), 16);
        assert_eq!(rows_shown(rows, 0), 0..0);
    }

    #[test]
    fn keys_lead_through_the_list_and_not_out_of_it() {
        let rows = Rows { top: 0.0, height: 600.0, row: 60.0 };
        let step = |key, at| step_to(key, at, 100, rows);
        assert_eq!((step("ArrowDown", 0), step("ArrowUp", 0), step("ArrowDown", 99)), (Some(1), Some(0), Some(99)));
        assert_eq!((step("PageDown", 0), step("PageUp", 5), step("End", 3)), (Some(9), Some(0), Some(99)));
        assert_eq!((step("Home", 40), step("x", 1), step_to("End", 0, 0, rows)), (Some(0), None, None));
    }

    proptest! {
        #[test]
        fn what_can_be_seen_is_always_on_the_page(top in -500f64..700_000.0, height in 1f64..3_000.0, row in 2f64..200.0, count in 0usize..10_000) {
            let shown = rows_shown(Rows { top, height, row }, count);
            prop_assert!(shown.end <= count && shown.start <= shown.end);
            for at in [shown.start.saturating_sub(1), shown.end] {
                let (above, below) = (at as f64 * row, (at as f64 + 1.0) * row);
                let is_seen = at < count && !shown.contains(&at) && below > top && above < top + height;
                prop_assert!(!is_seen, "row {} of {} stands in view", at, count);
            }
        }
    }
}
