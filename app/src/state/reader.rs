//! An open document, of which only a window of text is on the page.

use std::ops::Range;
use std::sync::Arc;

use conclave_protocol::{DocumentId, DocumentText, Problem, RequestId, Span};

/// Text shown above and below a passage at first, in bytes: about three screens each, laid out in a few milliseconds.
const AROUND_BYTES: usize = 6_000;

/// Text that one press of "Show more" adds, in bytes.
const MORE_BYTES: usize = 16_000;

/// How far a cut may be moved to fall on a line's end, in bytes. Longer lines are cut inside.
const LINE_SEARCH_BYTES: usize = 2_000;

/// The part of a document's text that is on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Pieces of the text in order, without gaps; all ends are character boundaries. Each press of "Show more" adds one,
    /// so that what is already on the page stays where it is.
    pub chunks: Vec<Range<usize>>,
    /// The highlighted passage, inside one chunk; `None` where none was asked for or it does not fit the text.
    pub hit: Option<Range<usize>>,
    /// Where a jump led, on a character boundary inside one chunk.
    pub target: Option<usize>,
    /// Length of the whole text in bytes.
    pub len: usize,
}

impl Window {
    /// The window around what was asked for, or from the beginning; and how that stands to the text.
    #[must_use]
    pub fn of(text: &str, asked: &Asked) -> (Self, Standing) {
        let (span, standing) = asked.place(text);
        (Self::around(text, span), standing)
    }

    /// The window around a passage, or from the beginning.
    #[must_use]
    pub fn around(text: &str, span: Option<Span>) -> Self {
        let hit = span.filter(|span| !span.is_empty() && span.of(text).is_some()).map(|span| span.start..span.end);
        let (start, end) = hit.as_ref().map_or((0, 0), |hit| (hit.start, hit.end));
        let start = cut_before(text, start.saturating_sub(AROUND_BYTES));
        let end = cut_after(text, end.saturating_add(AROUND_BYTES));
        // One chunk, not the numbers from start to end.
        Self { chunks: std::iter::once(start..end).collect(), hit, target: None, len: text.len() }
    }

    /// Goes to a byte of the text: the window stays where it shows it already, and its passage stays marked while it is there.
    pub fn go_to(&mut self, text: &str, byte: usize) {
        let byte = text.floor_char_boundary(byte.min(text.len()));
        if !self.range().contains(&byte) {
            let start = cut_before(text, byte.saturating_sub(AROUND_BYTES));
            let end = cut_after(text, byte.saturating_add(2 * AROUND_BYTES));
            self.chunks = std::iter::once(start..end).collect();
        }
        self.target = Some(byte);
    }

    /// The bytes that are on the page.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.chunks.first().map_or(0, |chunk| chunk.start);
        let end = self.chunks.last().map_or(0, |chunk| chunk.end);
        start..end
    }

    /// Whether text stands above the window.
    #[must_use]
    pub fn has_above(&self) -> bool {
        self.range().start > 0
    }

    /// Whether text stands below the window.
    #[must_use]
    pub fn has_below(&self) -> bool {
        self.range().end < self.len
    }

    /// Takes more text in.
    pub fn widen(&mut self, text: &str, above: bool) {
        let Range { start, end } = self.range();
        if above && start > 0 {
            self.chunks.insert(0, cut_before(text, start.saturating_sub(MORE_BYTES))..start);
        } else if !above && end < text.len() {
            self.chunks.push(end..cut_after(text, end.saturating_add(MORE_BYTES)));
        }
    }
}

/// The line start at or shortly before `at`, else a character boundary there.
fn cut_before(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at.min(text.len()));
    let from = text.floor_char_boundary(at.saturating_sub(LINE_SEARCH_BYTES));
    if from == 0 && !text[..at].contains('\n') {
        return 0;
    }
    text[from..at].rfind('\n').map_or(at, |newline| from + newline + 1)
}

/// The line end at or shortly after `at`, else a character boundary there.
fn cut_after(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at.min(text.len()));
    let until = text.ceil_char_boundary(at.saturating_add(LINE_SEARCH_BYTES).min(text.len()));
    if until == text.len() && !text[at..].contains('\n') {
        return until;
    }
    text[at..until].find('\n').map_or(at, |newline| at + newline + 1)
}

/// What was asked for in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its place when it was found or cited.
    pub span: Option<Span>,
    /// What stood there.
    pub quote: Option<String>,
}

/// How what was cited stands to the text as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stands where it stood, or nothing was cited.
    Same,
    /// Its words stand elsewhere: the document has changed.
    Moved,
    /// Its words stand nowhere any more.
    Gone,
}

impl Asked {
    /// Where it stands now. A place whose words are others is never given.
    fn place(&self, text: &str) -> (Option<Span>, Standing) {
        let span = self.span.filter(|span| !span.is_empty());
        let there = span.and_then(|span| span.of(text));
        let Some(quote) = self.quote.as_deref().filter(|quote| !quote.trim().is_empty()) else {
            let lost = span.is_some() && there.is_none();
            return (span.filter(|_| there.is_some()), if lost { Standing::Gone } else { Standing::Same });
        };
        if there == Some(quote) {
            return (span, Standing::Same);
        }
        let before = span.map_or(0, |span| span.start);
        let nearest = text.match_indices(quote).map(|(at, _)| at).min_by_key(|at| at.abs_diff(before));
        match nearest {
            Some(at) => (Some(Span::new(at, at + quote.len())), Standing::Moved),
            None => (None, Standing::Gone),
        }
    }
}

/// What the reader shows.
#[derive(Debug, Clone, PartialEq)]
pub enum ReaderBody {
    /// The text is on its way.
    Loading(RequestId),
    /// The text.
    Open {
        /// All of it.
        text: Arc<DocumentText>,
        /// What is on the page.
        window: Window,
        /// How what was asked for stands to it.
        standing: Standing,
    },
    /// It could not be read.
    Failed(Problem),
}

/// An open document.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    /// Which.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// The passage that was asked for.
    pub asked: Asked,
    /// Changes with every passage opened, so that opening the same one again scrolls to it again.
    pub visit: u32,
    /// Whether the sheet that it lies in was opened for it: closing the document then leads back to the page.
    pub opened_sheet: bool,
    /// What it shows.
    pub body: ReaderBody,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(count: usize) -> String {
        (0..count).map(|n| format!("line number {n} of the text\n")).collect()
    }

    #[test]
    fn a_small_document_is_shown_whole() {
        let text = lines(5);
        let window = Window::around(&text, Some(Span::new(5, 11)));
        assert!(!window.has_above() && !window.has_below());
        assert_eq!(window.hit.map(|hit| &text[hit]), Some("number"));
    }

    #[test]
    fn a_large_document_is_shown_around_its_passage_in_whole_lines() {
        let text = lines(10_000);
        let at = text.find("line number 5000").unwrap();
        let mut window = Window::around(&text, Some(Span::new(at, at + 4)));
        assert!(window.has_above() && window.has_below());
        assert!(window.range().len() < 2 * AROUND_BYTES + 2 * LINE_SEARCH_BYTES + 4);
        let shown = &text[window.range()];
        assert!(shown.starts_with("line number") && shown.ends_with("text\n"));
        assert_eq!(window.hit.clone().map(|hit| &text[hit]), Some("line"));
        while window.has_above() || window.has_below() {
            let before = window.range().len();
            window.widen(&text, window.has_above());
            assert!(window.range().len() > before);
        }
        assert_eq!(window.range(), 0..text.len());
        let joined: String = window.chunks.iter().map(|chunk| &text[chunk.clone()]).collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn cited_words_are_highlighted_where_they_stand_and_never_others() {
        let cited = |start, end, quote: &str| Asked { span: Some(Span::new(start, end)), quote: Some(quote.into()) };
        let text = "The warranty lasts two years. The filter lasts two years.";
        let place = |asked: Asked| {
            let (span, standing) = asked.place(text);
            (span.map(|span| span.start), standing)
        };
        assert_eq!(place(cited(13, 28, "lasts two years")), (Some(13), Standing::Same));
        assert_eq!(place(cited(40, 55, "lasts two years")), (Some(41), Standing::Moved), "the nearer one of two");
        assert_eq!(place(cited(13, 30, "lasts three years")), (None, Standing::Gone), "other words stand there");
        assert_eq!(place(cited(900, 915, "lasts two years")), (Some(41), Standing::Moved), "the text became shorter");
        assert_eq!(place(Asked { span: None, quote: Some("The filter".into()) }), (Some(30), Standing::Moved));
        assert_eq!(place(Asked { span: Some(Span::new(0, 3)), quote: None }), (Some(0), Standing::Same));
        assert_eq!(place(Asked { span: Some(Span::new(0, 999)), quote: None }), (None, Standing::Gone));
        assert_eq!(place(Asked::default()), (None, Standing::Same));
        // The place cuts a character of what stands there now.
        assert_eq!(
            Asked { span: Some(Span::new(1, 3)), quote: Some("éa".into()) }.place("xxéa").0,
            Some(Span::new(2, 5))
        );
    }

    #[test]
    fn a_jump_moves_the_window_only_where_it_must() {
        let text = lines(10_000);
        let mut window = Window::around(&text, Some(Span::new(0, 4)));
        let before = window.range();
        window.go_to(&text, 300);
        assert_eq!((window.range(), window.target, window.hit.clone()), (before, Some(300), Some(0..4)));
        window.go_to(&text, 200_000);
        assert!(window.range().contains(&200_000) && window.range().len() < 20_000);
        window.go_to(&text, usize::MAX);
        assert_eq!(window.target, Some(text.len()));
        let mut window = Window::around("é", None);
        window.go_to("é", 1);
        assert_eq!(window.target, Some(0), "not inside a character");
    }

    #[test]
    fn a_passage_that_does_not_fit_is_not_highlighted() {
        for span in [Span::new(0, 1), Span::new(5, 4), Span::new(0, 99)] {
            assert_eq!(Window::around("éa", Some(span)).hit, None);
        }
    }

    proptest! {
        #[test]
        fn any_window_of_any_text_can_be_cut_and_grown(
            text in prop::collection::vec("[a\\n é漢]{0,900}", 0..40), at in 0usize..40_000, len in 0usize..500,
        ) {
            let text: String = text.concat();
            let mut window = Window::around(&text, Some(Span::new(at, at + len)));
            for above in [true, false, true, false, true, false] {
                let shown: usize = window.chunks.iter().map(|chunk| text[chunk.clone()].len()).sum();
                prop_assert_eq!(shown, window.range().len());
                let of_hit = |chunk: &&Range<usize>| window.hit.as_ref().is_some_and(|hit| chunk.start <= hit.start && hit.end <= chunk.end);
                prop_assert_eq!(window.chunks.iter().filter(of_hit).count(), usize::from(window.hit.is_some()));
                let old = window.range();
                window.widen(&text, above);
                let new = window.range();
                prop_assert!(new.start <= old.start && new.end >= old.end);
            }
        }
    }
}
