//! What of a passage a list shows, with the words that were looked for.

use conclave_protocol::{Passage, Span};

use super::format::excerpt;
use super::segments::pieces;

/// A piece of a passage's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it was looked for.
    pub is_marked: bool,
}

impl Piece {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_marked: false }
    }
}

/// The part of a passage that the engine chose, cut at what it marked; its beginning, `most` characters at the most, where
/// nothing was looked for. The heading that it begins with is left out: that stands beside it already.
#[must_use]
pub fn shown_pieces(passage: &Passage, most: usize) -> Vec<Piece> {
    let window = passage.window;
    let Some(_) = window.of(&passage.text).filter(|text| !text.trim().is_empty()) else {
        return vec![Piece::plain(excerpt(&passage.text, &passage.heading, most))];
    };
    let start =
        if window.start == 0 { after_heading(&passage.text, &passage.heading, window.end) } else { window.start };
    let shown = Span::new(start, window.end);
    let text = shown.of(&passage.text).unwrap_or_default();
    let fits = |mark: &&Span| start <= mark.start && mark.start <= mark.end && mark.end <= window.end;
    let marks = passage.highlights.iter().filter(fits);
    let marks = marks.map(|mark| (Span::new(mark.start - start, mark.end - start), ()));
    let cut = pieces(text, marks);
    let mut all: Vec<Piece> =
        cut.into_iter().map(|(text, mark)| Piece { text: text.to_owned(), is_marked: mark.is_some() }).collect();
    if window.start > 0 {
        all.insert(0, Piece::plain("… "));
    }
    if window.end < passage.text.len() {
        all.push(Piece::plain(" …"));
    }
    all
}

/// Where the text behind its own heading begins.
fn after_heading(text: &str, heading: &str, end: usize) -> usize {
    let Some((first, rest)) = text.split_once('\n') else { return 0 };
    // Markdown keeps its marks in the canonical text.
    let is_heading = first.trim_start_matches('#').trim() == heading && !heading.is_empty();
    let start = text.len() - rest.trim_start().len();
    if is_heading && start < end { start } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::passage;
    use super::*;

    /// Pieces as a line, what is marked in brackets.
    fn line(passage: &Passage) -> String {
        let piece = |piece: Piece| if piece.is_marked { format!("[{}]", piece.text) } else { piece.text };
        shown_pieces(passage, 20).into_iter().map(piece).collect()
    }

    #[test]
    fn what_was_looked_for_is_marked_inside_the_window() {
        let mut found = passage("## Filter\n\nRinse the filter weekly. It lasts two years. Then buy another one.");
        found.heading = "Filter".into();
        assert_eq!(line(&found), "Rinse the filter…", "nothing was looked for");
        found.highlights = vec![Span::new(3, 9), Span::new(21, 27), Span::new(45, 48)];
        found.window = Span::new(0, 55);
        assert_eq!(line(&found), "Rinse the [filter] weekly. It lasts [two] years. …");
        found.window = Span::new(36, found.text.len());
        assert_eq!(line(&found), "… It lasts [two] years. Then buy another one.");
    }

    #[test]
    fn a_heading_alone_is_shown() {
        let mut found = passage("## Filter\n");
        (found.heading, found.window) = ("Filter".into(), Span::new(0, 10));
        assert_eq!(line(&found), "## Filter\n");
    }

    proptest! {
        #[test]
        fn windows_and_marks_that_do_not_fit_do_no_harm(
            text in "[ab \nä#]{0,30}", window in (0usize..40, 0usize..40), marks in prop::collection::vec((0usize..40, 0usize..40), 0..4),
        ) {
            let mut found = passage(&text);
            found.window = Span::new(window.0, window.1);
            found.highlights = marks.into_iter().map(|(start, end)| Span::new(start, end)).collect();
            let all: String = shown_pieces(&found, 20).into_iter().map(|piece| piece.text).collect();
            prop_assert!(all.chars().count() <= text.chars().count() + 4);
        }
    }
}
