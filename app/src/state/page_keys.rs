//! Keys that turn the pages of a document.

/// How the page that is looked at lies in its room, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InRoom {
    /// How much of it is above the room.
    pub above: f64,
    /// How much of it is below.
    pub below: f64,
    /// Whether it is wider than the room.
    pub is_wide: bool,
}

/// Where a browser is at the end of a scroll it may say so less than a pixel short: it scrolls by fractions, and rounds sizes.
const END: f64 = 1.5;

/// By how many pages a key turns; 0 where it moves the page in its room, or does nothing. Page Down is the next screen first, so that
/// nothing of a page is jumped over that is taller than its room.
#[must_use]
pub fn pages_turned(key: &str, page: &InRoom) -> i64 {
    match key {
        "ArrowLeft" if !page.is_wide => -1,
        "ArrowRight" if !page.is_wide => 1,
        "PageUp" if page.above <= END => -1,
        "PageDown" if page.below <= END => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_turned_at_its_end_and_moved_in_its_room_before() {
        let turned = |key, above, below, is_wide| pages_turned(key, &InRoom { above, below, is_wide });
        assert_eq!((turned("PageDown", 0.0, 0.0, false), turned("PageUp", 0.0, 0.0, false)), (1, -1), "it fits");
        assert_eq!((turned("PageDown", 0.0, 300.0, false), turned("PageUp", 0.0, 300.0, false)), (0, -1), "its top");
        assert_eq!((turned("PageDown", 300.0, 0.4, false), turned("PageUp", 300.0, 0.4, false)), (1, 0), "its foot");
        assert_eq!((turned("ArrowRight", 50.0, 50.0, false), turned("ArrowLeft", 50.0, 50.0, false)), (1, -1));
        assert_eq!((turned("ArrowRight", 0.0, 0.0, true), turned("ArrowLeft", 0.0, 0.0, true)), (0, 0), "sideways");
        assert_eq!((turned("PageDown", 0.0, 0.0, true), turned("Home", 0.0, 0.0, false)), (1, 0));
    }
}
