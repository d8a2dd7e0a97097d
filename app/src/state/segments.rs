//! A text cut at marks, and marks carried along while the text changes.

use conclave_protocol::{Category, Mark, Span};

/// A piece of text, private or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// The text.
    pub text: &'a str,
    /// What it was recognised as.
    pub category: Option<Category>,
}

/// Cuts the text at its marks. Marks that do not fit the text, or overlap an earlier one, are left out; the pieces
/// always make up the whole text.
#[must_use]
pub fn segments<'a>(text: &'a str, marks: &[Mark]) -> Vec<Segment<'a>> {
    let cut = pieces(text, marks.iter().map(|mark| (mark.span, mark.category)));
    cut.into_iter().map(|(text, category)| Segment { text, category }).collect()
}

/// Cuts the text at spans, each with what is known of it, by the same rules as [`segments`].
#[must_use]
pub fn pieces<T>(text: &str, spans: impl IntoIterator<Item = (Span, T)>) -> Vec<(&str, Option<T>)> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for (span, known) in spans {
        let fits = span.start >= done && !span.is_empty();
        let Some((before, inside)) = fits.then(|| text.get(done..span.start).zip(span.of(text))).flatten() else {
            continue;
        };
        if !before.is_empty() {
            pieces.push((before, None));
        }
        pieces.push((inside, Some(known)));
        done = span.end;
    }
    if let Some(rest) = text.get(done..).filter(|rest| !rest.is_empty()) {
        pieces.push((rest, None));
    }
    pieces
}

/// The span of a selection, which the browser counts in UTF-16 code units. `None` where it is empty or cuts a character.
#[must_use]
pub fn span_of_utf16(text: &str, start: u32, end: u32) -> Option<Span> {
    let mut units = 0;
    let (mut from, mut to) = (None, None);
    let ends = text.char_indices().map(|(at, character)| (at, character.len_utf16()));
    for (at, width) in ends.chain([(text.len(), 0)]) {
        if units == start as usize {
            from = from.or(Some(at));
        }
        if units == end as usize {
            to = to.or(Some(at));
        }
        units += width;
    }
    from.zip(to).map(|(from, to)| Span::new(from, to)).filter(|span| !span.is_empty())
}

/// Moves marks of `old` to where their values stand in `new`. A value that is edited, or that letters are written on to, stays
/// marked with them until the redactor answers: the highlight follows each key, and stays too long rather than too short. What
/// is left of a value that is partly deleted stays marked as well.
#[must_use]
pub fn carry(old: &str, new: &str, marks: &[Mark]) -> Vec<Mark> {
    let head = common_prefix(old, new);
    let tail = common_prefix_rev(&old[head..], &new[head..]);
    let (edit_end, written_end) = (old.len() - tail, new.len() - tail);
    let written = &new[head..written_end];
    let others = |c: char| !c.is_alphanumeric();
    let letters_first = written.find(others).unwrap_or(written.len());
    let letters_last = written.rsplit(others).next().map_or(0, str::len);

    let mut carried: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        let Span { start, end } = mark.span;
        let moved = |at: usize| at - edit_end + written_end;
        let span = if end < head {
            mark.span
        } else if end > old.len() || (head <= start && end <= edit_end) {
            continue;
        } else if start > edit_end {
            Span::new(moved(start), moved(end))
        } else {
            Span::new(
                if start < head { start } else { written_end - letters_last },
                if end > edit_end { moved(end) } else { head + letters_first },
            )
        };
        // Letters between two values belong to the first.
        let taken = carried.last().map_or(0, |before| before.span.end);
        carried.push(Mark { span: Span::new(span.start.max(taken), span.end), ..mark.clone() });
    }
    carried
}

/// Bytes of whole characters with which both texts begin.
pub(super) fn common_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum()
}

/// Bytes of whole characters with which both texts end.
pub(super) fn common_prefix_rev(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use conclave_protocol::Evidence;
    use proptest::prelude::*;

    use super::*;

    fn mark(start: usize, end: usize) -> Mark {
        Mark {
            span: Span::new(start, end),
            category: Category::Email,
            token: "[EMAIL_01]".into(),
            score: 0.8,
            evidence: Evidence::Form,
            detector: "email".into(),
        }
    }

    #[test]
    fn text_is_cut_at_marks() {
        let text = "to ä@b.de now";
        let pieces = segments(text, &[mark(3, 10)]);
        let shown: Vec<(&str, bool)> = pieces.iter().map(|p| (p.text, p.category.is_some())).collect();
        assert_eq!(shown, [("to ", false), ("ä@b.de", true), (" now", false)]);
    }

    #[test]
    fn a_mark_follows_the_edits_around_it() {
        for (old, new) in [
            ("hi {a@b.c}", "hello {a@b.c}"),
            ("hi {a@b.c}", "{a@b.c}"),
            ("hi {a@b.c}", "hi {a@b.c}, there"),
            ("hi {a@b.c}", "hi {a@b.com}"),
            ("hi {a@b.c}", "hi {xa@b.c}"),
            ("hi {a@b.c}", "hi b {a@b.c}"),
            ("hi {a@b.c}", "hi {a@xyb.c}"),
            ("hi {a@b.c}", "hi {a@.c}"),
            ("hi {a@b.c}", "hi {a@b.}"),
            ("hi {a@b.c}", "hi {@b.c}"),
            ("hi {a@b.c}", "ho, {b.c}"),
            ("hi {a@b.c} there", "hi you"),
            ("{+49 30 1}{a@b.c}", "{+49 30 12}{a@b.c}"),
        ] {
            let (old, marks) = placed(old);
            let (new, wanted) = placed(new);
            assert_eq!(carry(&old, &new, &marks), wanted, "{old} -> {new}");
        }
    }

    /// A text with its marks in braces.
    fn placed(text: &str) -> (String, Vec<Mark>) {
        let (mut plain, mut marks, mut start) = (String::new(), Vec::new(), 0);
        for c in text.chars() {
            match c {
                '{' => start = plain.len(),
                '}' => marks.push(mark(start, plain.len())),
                _ => plain.push(c),
            }
        }
        (plain, marks)
    }

    #[test]
    fn a_selection_in_utf_16_is_a_span_in_utf_8() {
        let text = "ä🙂 b";
        assert_eq!(span_of_utf16(text, 0, 1), Some(Span::new(0, 2)));
        assert_eq!(span_of_utf16(text, 1, 3), Some(Span::new(2, 6)));
        assert_eq!(span_of_utf16(text, 4, 5), Some(Span::new(7, 8)));
        assert_eq!(span_of_utf16(text, 2, 3), None, "half of an emoji");
        assert_eq!(span_of_utf16(text, 3, 3), None);
        assert_eq!(span_of_utf16(text, 0, 9), None);
    }

    proptest! {
        #[test]
        fn pieces_always_make_up_the_text(
            text in "\\PC{0,40}",
            spans in prop::collection::vec((0usize..60, 0usize..60), 0..6),
        ) {
            let marks: Vec<Mark> = spans.into_iter().map(|(a, b)| mark(a, b)).collect();
            let joined: String = segments(&text, &marks).iter().map(|p| p.text).collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn a_carried_mark_covers_what_stays_of_its_value(
            before in "[a-c ä]{0,8}", value in "[x-z@]{1,6}", after in "[a-c ä]{0,8}",
            new_before in "[a-c ä]{0,8}", new_after in "[a-c ä]{0,8}",
        ) {
            let old = format!("{before}{value}{after}");
            let new = format!("{new_before}{value}{new_after}");
            let span = mark(before.len(), before.len() + value.len());
            for carried in carry(&old, &new, &[span]) {
                let covered = carried.span.of(&new).expect("it lies on characters");
                let around = covered.split(value.as_str()).collect::<String>();
                prop_assert!(covered.contains(&value), "{} of {}", covered, new);
                prop_assert!(around.chars().all(char::is_alphabetic), "{} is more than letters", around);
            }
        }

        #[test]
        fn marks_stay_in_order_on_characters(
            old in "[ab é@]{0,12}", new in "[ab é@]{0,12}", spans in prop::collection::vec((0usize..14, 1usize..5), 0..4),
        ) {
            let mut end = 0;
            let marks: Vec<Mark> = spans.into_iter().filter_map(|(start, length)| {
                let span = Span::new(start.max(end), start.max(end) + length);
                span.of(&old)?;
                end = span.end;
                Some(mark(span.start, span.end))
            }).collect();
            let mut end = 0;
            for carried in carry(&old, &new, &marks) {
                prop_assert!(carried.span.of(&new).is_some() && carried.span.start >= end, "{:?} in {}", carried.span, new);
                end = carried.span.end;
            }
        }
    }
}
