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
        let Some(places) = self.places else { return true };
        while places.get(self.next).is_some_and(|place| *place <= start) {
            self.next += 1;
        }
        self.wants_from(start, end)
    }

    /// The same within the bounds of the last question.
    #[inline]
    pub(crate) fn wants_from(&self, start: usize, end: usize) -> bool {
        let Some(places) = self.places else { return true };
        places[self.next..].iter().take_while(|place| **place < end).any(|place| start < *place)
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
        assert!(Focus::all().wants(0, 1));
        assert_eq!(Focus::over(&[5, 9]).last_before(9), Some(5));
    }
}
