//! Where the characters of a shadow came from.

use conclave_protocol::Span;

/// One place that changed; between two of them both texts are the same.
#[derive(Debug, Clone, Copy)]
struct Edit {
    original: (u32, u32),
    shadow: (u32, u32),
}

/// The changed places of a text, in order.
#[derive(Debug, Default)]
pub(crate) struct Map(Vec<Edit>);

impl Map {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that `original` became `shadow`; both lie behind all that were added before.
    ///
    /// Offsets are kept in 32 bits; the redactor takes no text of that length.
    pub(crate) fn add(&mut self, original: Span, shadow: Span) {
        let pair = |span: Span| {
            let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            (short(span.start), short(span.end))
        };
        self.0.push(Edit { original: pair(original), shadow: pair(shadow) });
    }

    /// The stretch of the original that `span` (not empty) of the shadow came from: changed places as a whole, invisible
    /// ones inside it as well, those at its edges not.
    pub(crate) fn original(&self, span: Span) -> Span {
        Span::new(self.start(span.start), self.end(span.end))
    }

    fn start(&self, at: usize) -> usize {
        let before = self.0.partition_point(|edit| edit.shadow.0 as usize <= at);
        match before.checked_sub(1).map(|i| self.0[i]) {
            None => at,
            Some(edit) if at < edit.shadow.1 as usize => edit.original.0 as usize,
            Some(edit) => edit.original.1 as usize + (at - edit.shadow.1 as usize),
        }
    }

    fn end(&self, at: usize) -> usize {
        let before = self.0.partition_point(|edit| (edit.shadow.0 as usize) < at);
        match before.checked_sub(1).map(|i| self.0[i]) {
            None => at,
            Some(edit) if at <= edit.shadow.1 as usize => edit.original.1 as usize,
            Some(edit) => edit.original.1 as usize + (at - edit.shadow.1 as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_between_and_over_changes_are_mapped() {
        // "ab%40cd|e" (| is removed) became "ab@cde".
        let mut map = Map::default();
        map.add(Span::new(2, 5), Span::new(2, 3));
        map.add(Span::new(7, 8), Span::new(5, 5));
        assert_eq!(map.original(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(map.original(Span::new(2, 3)), Span::new(2, 5));
        assert_eq!(map.original(Span::new(1, 4)), Span::new(1, 6));
        assert_eq!(map.original(Span::new(3, 5)), Span::new(5, 7));
        assert_eq!(map.original(Span::new(4, 6)), Span::new(6, 9));
        assert_eq!(map.original(Span::new(5, 6)), Span::new(8, 9));
    }
}
