//! What the reader draws of a text: its words with headings, and its places in the margin.

use std::ops::Range;

use conclave_protocol::imported::{Anchor, Kind, Place};
use conclave_protocol::{DocumentText, Span};

use super::places::place_words;
use super::reader::Window;
use super::segments::pieces;

/// A piece of a chunk of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPiece {
    /// A place begins here: what the margin shows.
    Place(String),
    /// What a jump leads to.
    Target,
    /// Words.
    Words {
        /// The text.
        text: String,
        /// Whether it is the passage that was asked for.
        is_hit: bool,
        /// The level of the heading that it belongs to.
        heading: Option<u8>,
    },
}

/// What a document's places are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// What a person goes to: `page`.
    pub word: &'static str,
    /// The last one.
    pub last: u64,
}

/// Milliseconds of a minute: subtitles are gone to by the minute.
const MINUTE_MS: u64 = 60_000;

fn number(place: Place) -> (&'static str, u64) {
    match place {
        Place::Page(number) => ("page", number.into()),
        Place::Slide(number) => ("slide", number.into()),
        Place::Chapter(number) => ("chapter", number.into()),
        Place::Row { row, .. } => ("row", row.into()),
        Place::Message(number) => ("message", number.into()),
        Place::Cue(ms) => ("minute", ms / MINUTE_MS),
    }
}

/// What the places of a document are counted in; lines where it has none.
#[must_use]
pub fn unit(text: &DocumentText) -> Unit {
    match text.anchors.first() {
        Some(first) => {
            let last = text.anchors.iter().map(|anchor| number(anchor.place).1).max().unwrap_or_default();
            Unit { word: number(first.place).0, last }
        }
        None => Unit { word: "line", last: text.text.lines().count() as u64 },
    }
}

/// The byte at which a place begins: the last one whose number is not greater, of the sheet around `near` in a table.
#[must_use]
pub fn find_place(text: &DocumentText, wanted: u64, near: usize) -> usize {
    if text.anchors.is_empty() {
        let line = usize::try_from(wanted.saturating_sub(1)).unwrap_or(usize::MAX);
        let before = line.checked_sub(1).and_then(|before| text.text.match_indices('\n').nth(before));
        let past = || text.text.trim_end().rfind('\n').map_or(0, |at| at + 1);
        return if line == 0 { 0 } else { before.map_or_else(past, |(at, _)| at + 1) };
    }
    let sheet = |anchor: &Anchor| if let Place::Row { sheet, .. } = anchor.place { sheet } else { 0 };
    let around = text.anchors.iter().take_while(|anchor| anchor.at <= near).last().or(text.anchors.first()).map(sheet);
    let same = text.anchors.iter().filter(|anchor| Some(sheet(anchor)) == around);
    let mut best: Option<(u64, usize)> = None;
    for anchor in same {
        let (_, number) = number(anchor.place);
        // The first of equal ones: a minute begins with its first cue.
        if number <= wanted && best.is_none_or(|(before, _)| number > before) {
            best = Some((number, anchor.at));
        }
    }
    best.or(text.anchors.first().map(|anchor| (0, anchor.at))).map_or(0, |(_, at)| at)
}

/// The pieces of a chunk. Their words, joined, are the chunk.
#[must_use]
pub fn text_pieces(text: &DocumentText, window: &Window, chunk: &Range<usize>) -> Vec<TextPiece> {
    let whole = text.text.as_str();
    let marks = marks(text, chunk);
    let headings = headings(text, chunk);
    // Everything that begins or ends inside the chunk cuts it.
    let mut cuts: Vec<usize> = vec![chunk.start, chunk.end];
    cuts.extend(marks.iter().map(|(at, _)| *at));
    cuts.extend(window.target.filter(|at| chunk.contains(at)));
    cuts.extend(headings.iter().flat_map(|(line, _)| [line.start, line.end]));
    cuts.sort_unstable();
    cuts.dedup();
    let mut drawn = Vec::new();
    for cut in cuts.windows(2) {
        let [start, end] = *cut else { continue };
        drawn.extend(marks.iter().filter(|(at, _)| *at == start).map(|(_, words)| TextPiece::Place(words.clone())));
        if window.target == Some(start) {
            drawn.push(TextPiece::Target);
        }
        let heading = headings.iter().find(|(line, _)| line.contains(&start)).map(|(_, level)| *level);
        let hit = window.hit.clone().map(|hit| {
            let inside = hit.start.clamp(start, end)..hit.end.clamp(start, end);
            (Span::new(inside.start - start, inside.end - start), ())
        });
        for (piece, is_hit) in pieces(whole.get(start..end).unwrap_or_default(), hit) {
            drawn.push(TextPiece::Words { text: piece.to_owned(), is_hit: is_hit.is_some(), heading });
        }
    }
    drawn
}

/// What the margin shows in a chunk, and where: the places of the file, or the lines of code.
fn marks(text: &DocumentText, chunk: &Range<usize>) -> Vec<(usize, String)> {
    let whole = text.text.as_str();
    if !text.anchors.is_empty() {
        let from = text.anchors.partition_point(|anchor| anchor.at < chunk.start);
        let inside = text.anchors[from..].iter().take_while(|anchor| anchor.at < chunk.end);
        let mut marks: Vec<(usize, String)> = Vec::new();
        for anchor in inside.filter(|anchor| whole.is_char_boundary(anchor.at)) {
            // Of several at one byte all but the last are empty pages.
            marks.pop_if(|(at, _)| *at == anchor.at);
            marks.push((anchor.at, place_words(Some(anchor.place), 0)));
        }
        return marks;
    }
    if !matches!(text.info.kind, Kind::Code | Kind::Data) {
        return Vec::new();
    }
    let Some(shown) = whole.get(chunk.clone()) else { return Vec::new() };
    let first = whole.as_bytes()[..chunk.start].iter().filter(|byte| **byte == b'\n').count() + 1;
    let begins = chunk.start == 0 || whole.as_bytes()[chunk.start - 1] == b'\n';
    let starts = begins.then_some(chunk.start).into_iter();
    let starts =
        starts.chain(shown.match_indices('\n').map(|(at, _)| chunk.start + at + 1)).filter(|at| *at < chunk.end);
    let first = if begins { first } else { first + 1 };
    starts.enumerate().map(|(line, at)| (at, (first + line).to_string())).collect()
}

/// The lines of a chunk that are headings, with their levels.
fn headings(text: &DocumentText, chunk: &Range<usize>) -> Vec<(Range<usize>, u8)> {
    let whole = text.text.as_str();
    let from = text.outline.partition_point(|heading| heading.span.end <= chunk.start);
    let inside = text.outline[from..].iter().take_while(|heading| heading.span.start < chunk.end);
    let inside = inside.filter(|heading| heading.span.of(whole).is_some());
    let mut lines: Vec<(Range<usize>, u8)> = Vec::new();
    for heading in inside {
        // With its markup, which Markdown keeps in the text.
        let start = whole[..heading.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = whole[heading.span.end..].find('\n').map_or(whole.len(), |at| heading.span.end + at);
        let line = start.max(chunk.start)..end.min(chunk.end);
        if line.start < line.end && lines.last().is_none_or(|(before, _)| before.end <= line.start) {
            lines.push((line, heading.level));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use conclave_protocol::imported::Heading;
    use proptest::prelude::*;

    use super::super::tests::document;
    use super::*;

    fn opened(text: &str, anchors: Vec<Anchor>, outline: Vec<Heading>) -> DocumentText {
        DocumentText {
            info: document("a"),
            text: text.into(),
            anchors,
            outline,
            original: conclave_protocol::Original::Unpaged,
        }
    }

    fn page(at: usize, number: u32) -> Anchor {
        Anchor { at, place: Place::Page(number) }
    }

    /// Pieces as a line: places in braces, the hit in brackets, headings after a level, a target as an arrow.
    fn line(text: &DocumentText, window: &Window) -> String {
        let drawn = window.chunks.iter().flat_map(|chunk| text_pieces(text, window, chunk));
        drawn
            .map(|piece| match piece {
                TextPiece::Place(words) => format!("{{{words}}}"),
                TextPiece::Target => ">".into(),
                TextPiece::Words { text, is_hit, heading } => {
                    let text = if is_hit { format!("[{text}]") } else { text };
                    heading.map_or(text.clone(), |level| format!("h{level}<{text}>"))
                }
            })
            .collect()
    }

    #[test]
    fn pages_headings_and_the_passage_stand_where_they_are() {
        let outline = vec![Heading { span: Span::new(2, 6), level: 1 }];
        let text = opened("# Care\nRinse it.\nDry it.", vec![page(0, 1), page(17, 2), page(17, 3)], outline);
        let mut window = Window::around(&text.text, Some(Span::new(13, 20)));
        assert_eq!(line(&text, &window), "{page 1}h1<# Care>\nRinse [it.\n]{page 3}[Dry] it.");
        window.hit = None;
        window.target = Some(17);
        assert_eq!(line(&text, &window), "{page 1}h1<# Care>\nRinse it.\n{page 3}>Dry it.");
    }

    #[test]
    fn lines_of_code_are_numbered_and_those_of_prose_are_not() {
        let mut text = opened("a\nb\nc", Vec::new(), Vec::new());
        assert_eq!(line(&text, &Window::around(&text.text, None)), "a\nb\nc");
        text.info.kind = Kind::Code;
        assert_eq!(line(&text, &Window::around(&text.text, None)), "{1}a\n{2}b\n{3}c");
        let mut window = Window::around(&text.text, None);
        window.chunks = std::iter::once(2..5).collect();
        assert_eq!(line(&text, &window), "{2}b\n{3}c");
    }

    #[test]
    fn a_number_leads_to_its_page_line_row_or_minute() {
        let pages = opened("one two three", vec![page(0, 1), page(4, 2), page(8, 4)], Vec::new());
        assert_eq!(unit(&pages), Unit { word: "page", last: 4 });
        assert_eq!([0, 1, 2, 3, 4, 99].map(|wanted| find_place(&pages, wanted, 0)), [0, 0, 4, 4, 8, 8]);
        let lines = opened("one\ntwo\nthree\n", Vec::new(), Vec::new());
        assert_eq!(unit(&lines), Unit { word: "line", last: 3 });
        assert_eq!([0, 1, 2, 3, 9].map(|wanted| find_place(&lines, wanted, 0)), [0, 0, 4, 8, 8]);
        let row = |at, sheet, row| Anchor { at, place: Place::Row { sheet, row } };
        let sheets = opened("abcdef", vec![row(0, 1, 1), row(1, 1, 2), row(2, 2, 1), row(3, 2, 2)], Vec::new());
        assert_eq!((find_place(&sheets, 2, 0), find_place(&sheets, 2, 3)), (1, 3), "of the sheet that is looked at");
        let cue = |at, ms| Anchor { at, place: Place::Cue(ms) };
        let film = opened("abcdef", vec![cue(0, 1_000), cue(1, 61_000), cue(2, 62_000), cue(3, 200_000)], Vec::new());
        assert_eq!((unit(&film).last, find_place(&film, 1, 0), find_place(&film, 2, 0)), (3, 1, 1));
        assert_eq!(find_place(&opened("", Vec::new(), Vec::new()), 5, 0), 0);
    }

    proptest! {
        #[test]
        fn whatever_the_marks_are_the_words_are_the_text(
            text in "[ab é\n#]{0,60}",
            at in prop::collection::vec(0usize..70, 0..6),
            spans in prop::collection::vec((0usize..70, 0usize..9), 0..4),
            hit in (0usize..70, 0usize..20), target in 0usize..70, is_code: bool,
        ) {
            let mut at = at;
            at.sort_unstable();
            let anchors = at.into_iter().enumerate().map(|(page_, at)| page(at, page_ as u32)).collect();
            let mut outline: Vec<Heading> = Vec::new();
            for (start, len) in spans {
                let span = Span::new(start, start + len);
                if span.of(&text).is_some() && outline.last().is_none_or(|last| last.span.end <= start) {
                    outline.push(Heading { span, level: 2 });
                }
            }
            let mut opened = opened(&text, anchors, outline);
            opened.info.kind = if is_code { Kind::Code } else { Kind::Plain };
            let mut window = Window::around(&text, Some(Span::new(hit.0, hit.0 + hit.1)));
            window.target = Some(target).filter(|at| text.is_char_boundary(*at));
            let mut words = String::new();
            let mut hits = String::new();
            for chunk in &window.chunks {
                for piece in text_pieces(&opened, &window, chunk) {
                    if let TextPiece::Words { text, is_hit, .. } = piece {
                        words.push_str(&text);
                        if is_hit { hits.push_str(&text); }
                    }
                }
            }
            prop_assert_eq!(&words, &text);
            prop_assert_eq!(hits, window.hit.clone().map_or("", |hit| &text[hit]));
            prop_assert!(find_place(&opened, 3, 5) <= text.len().max(70));
        }
    }
}
