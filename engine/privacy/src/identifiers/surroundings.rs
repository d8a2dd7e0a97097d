//! What stands around a candidate.

use super::context::{self, Window};
use super::kind::Kind;
use super::words::{COMMON, OTHERWISE};
use crate::hints::Hints;

/// What stands around a candidate, looked up when it is first asked for.
pub(super) struct Surroundings<'a> {
    pub(super) text: &'a [u8],
    pub(super) hints: &'a Hints,
    pub(super) start: usize,
    /// Kinds that pass by chance more often are not looked for.
    pub(super) least_odds: u32,
    before: Option<Side>,
    line_before: Option<Side>,
    /// For the candidate that ends here.
    after: Option<(usize, Side)>,
}

/// The words of one side, and what they say about categories.
struct Side {
    window: Window,
    /// One bit per row of [`COMMON`]: asked already, and the answer.
    asked: u16,
    says: u16,
}

impl Side {
    fn new(window: Window) -> Self {
        Self { window, asked: 0, says: 0 }
    }

    fn announces(&mut self, kind: &Kind, filter: u128) -> bool {
        if self.window.filter == 0 {
            return false;
        }
        self.window.filter & filter != 0 && self.window.has(kind.context) || self.announces_category(kind)
    }

    fn announces_category(&mut self, kind: &Kind) -> bool {
        let Some(row) = COMMON.iter().position(|common| common.category == kind.category) else { return false };
        let bit = 1 << row;
        if self.asked & bit == 0 {
            self.asked |= bit;
            let common = &COMMON[row];
            if self.window.filter & common.filter != 0 && self.window.has(common.words) {
                self.says |= bit;
            }
        }
        self.says & bit != 0
    }
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(text: &'a [u8], hints: &'a Hints, start: usize, least_odds: u32) -> Self {
        Self { text, hints, start, least_odds, before: None, line_before: None, after: None }
    }

    /// Whether words beside the value say that it is of this kind.
    pub(super) fn announce(&mut self, kind: &Kind, filter: u128, end: usize, alone: bool) -> bool {
        let (text, start) = (self.text, self.start);
        if self.before.get_or_insert_with(|| Side::new(Window::before(text, start))).announces(kind, filter) {
            return true;
        }
        if self.after.as_ref().is_none_or(|(place, _)| *place != end) {
            self.after = Some((end, Side::new(Window::after(text, end))));
        }
        if self.after.as_mut().is_some_and(|(_, side)| side.announces(kind, filter)) {
            return true;
        }
        alone
            && self
                .line_before
                .get_or_insert_with(|| Side::new(Window::line_before(text, start)))
                .announces(kind, filter)
    }

    /// Whether words beside the value say that it is something else.
    pub(super) fn is_otherwise(&mut self) -> bool {
        const FILTER: u128 = context::filter_of(OTHERWISE);
        let (text, start) = (self.text, self.start);
        let before = &self.before.get_or_insert_with(|| Side::new(Window::before(text, start))).window;
        before.filter & FILTER != 0 && before.has(OTHERWISE)
    }
}
