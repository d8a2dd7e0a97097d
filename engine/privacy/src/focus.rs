//! Where in a text finds are wanted.

/// Everywhere, or only over certain places. Detectors may leave out what lies elsewhere.
pub(crate) struct Focus<'a> {
    /// In order; `None` for everywhere.
    places: Option<&'a [usize]>,
    /// The first place that may still be asked for.
    next: usize,
}

impl<'a> Focus<'a> {
    /// Everywhere.
    pub(crate) const fn all() -> Self {
        Self { places: None, next: 0 }
    }

    /// Finds that begin before one of these places and end behind it: the breaks of joined lines, which are in order.
    pub(crate) const fn over(places: &'a [usize]) -> Self {
        Self { places: Some(places), next: 0 }
    }

    /// Whether a find within these bounds may be wanted. Each question begins where the last one did, or behind.
    #[inline]
    pub(crate) fn wants(&mut self, start: usize, end: usize) -> bool {
        self.pass(start);
        self.wants_from(start, end)
    }

    /// Leaves behind the places up to `start`, before which no question begins any more.
    #[inline]
    pub(crate) fn pass(&mut self, start: usize) {
        let places = self.places.unwrap_or_default();
        while places.get(self.next).is_some_and(|place| *place <= start) {
            self.next += 1;
        }
    }

    /// Lets the next question begin at `start` although the last one began behind it.
    pub(crate) fn back_to(&mut self, start: usize) {
        self.next = self.places.map_or(0, |places| places.partition_point(|place| *place <= start));
    }

    /// The same within the bounds of the last question.
    #[inline]
    pub(crate) fn wants_from(&self, start: usize, end: usize) -> bool {
        let Some(places) = self.places else { return true };
        places[self.next..].iter().take_while(|place| **place < end).any(|place| start < *place)
    }

    /// Whether a find from `start` to `end` is wanted, wherever the last question was.
    pub(crate) fn wants_span(&self, start: usize, end: usize) -> bool {
        self.places.is_none_or(|places| {
            places.get(places.partition_point(|place| *place <= start)).is_some_and(|place| *place < end)
        })
    }

    /// The first place behind `start`, which lies near the last question; `None` where there is none, and for everywhere.
    #[inline]
    pub(crate) fn first_behind(&self, start: usize) -> Option<usize> {
        let places = self.places?;
        let before = places[self.next..].iter().take_while(|place| **place <= start).count();
        places.get(self.next + before).copied()
    }

    /// The places over which alone finds are wanted.
    pub(crate) const fn places(&self) -> Option<&'a [usize]> {
        self.places
    }

    /// Whether only finds over certain places are wanted.
    pub(crate) const fn is_narrow(&self) -> bool {
        self.places.is_some()
    }

    /// The last place before `end`: finds that begin there or behind it are not wanted before `end`. `None` for everywhere.
    pub(crate) fn last_before(&self, end: usize) -> Option<usize> {
        let places = self.places?;
        Some(places[self.next..].iter().take_while(|place| **place < end).last().copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_over_a_place_is_wanted() {
        let mut focus = Focus::over(&[5, 9]);
        let asked = [(0, 5), (0, 6), (4, 6), (5, 9), (5, 10), (8, 20), (9, 20)];
        assert_eq!(asked.map(|(start, end)| focus.wants(start, end)), [false, true, true, false, true, true, false]);
        assert!(Focus::all().wants(0, 1) && Focus::all().wants_span(0, 1));
        let wants = |start, end| Focus::over(&[5, 9]).wants_span(start, end);
        assert!(wants(4, 6) && wants(8, 10) && !wants(5, 9) && !wants(9, 99) && !wants(0, 5));
        assert_eq!([0, 5, 9].map(|start| Focus::over(&[5, 9]).first_behind(start)), [Some(5), Some(9), None]);
        assert_eq!(Focus::over(&[5, 9]).last_before(9), Some(5));
    }
}
