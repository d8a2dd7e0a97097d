//! Values that a line break cuts in two: hard-wrapped mails, quoted replies, pasted terminals.
//!
//! Around each break that may cut a value, the lines are joined into a text of their own. Prose is left alone: a break
//! counts only where a part beside it has a digit, an `@`, the length of a key, or nothing but capitals.

use conclave_protocol::Span;

use super::map::Map;
use crate::bytes;

/// Longest part of a value on one side of a break.
const PART_MAX: usize = 128;
/// A line between two breaks that has this length and no spaces is full of a key: 40 hexadecimal digits are the shortest that
/// people cut.
const FULL_LINE_MIN: usize = 40;
/// A part of this length may belong to a key although it has no digit.
const KEY_PART_MIN: usize = 20;
/// How much of a line around the parts is kept for words that announce the value.
const CONTEXT_MAX: usize = 64;

/// Lines joined.
pub(crate) struct Wrapped {
    /// Stretches of the text around breaks, with the glue in place of each break.
    pub(crate) text: String,
    map: Map,
    /// Where in `text` the breaks were.
    breaks: Vec<usize>,
}

impl Wrapped {
    /// All texts that the joined lines may be: rows of breaks in turns, with nothing or a space in place of each.
    pub(crate) fn all(text: &str) -> impl Iterator<Item = Self> {
        let cuts = Cut::all(text);
        let ways = [(0, ""), (1, ""), (0, " "), (1, " ")];
        ways.into_iter().filter_map(move |(turn, glue)| {
            let of_turn = |cut: &&Cut| cut.row % 2 == turn;
            cuts.iter().any(|cut| of_turn(&cut)).then(|| Self::of(text, cuts.iter().filter(of_turn), glue))
        })
    }

    /// Joins the lines around `cuts` with `glue`.
    fn of<'a>(text: &str, cuts: impl Iterator<Item = &'a Cut>, glue: &str) -> Self {
        let mut made = Self { text: String::new(), map: Map::default(), breaks: Vec::new() };
        // What was copied, and what of the last window is still to be copied.
        let (mut copied, mut window_end) = (0, 0);
        for cut in cuts {
            if cut.window.start > window_end || made.breaks.is_empty() {
                made.text.push_str(&text[copied..window_end]);
                let start = made.text.len();
                if start > 0 {
                    made.text.push_str("\n\n");
                }
                made.map.add(Span::new(window_end, cut.window.start), Span::new(start, made.text.len()));
                copied = cut.window.start;
            }
            made.text.push_str(&text[copied..cut.gap.start]);
            let start = made.text.len();
            made.breaks.push(start);
            made.text.push_str(glue);
            made.map.add(cut.gap, Span::new(start, made.text.len()));
            copied = cut.gap.end;
            window_end = cut.window.end;
        }
        made.text.push_str(text.get(copied..window_end).unwrap_or_default());
        made
    }

    /// Where in the joined text the breaks were, in order.
    pub(crate) fn breaks(&self) -> &[usize] {
        &self.breaks
    }

    /// Where a stretch of the joined text stands in the text, and what of it stands behind the first break inside it; `None`
    /// where there is no break inside it.
    pub(crate) fn original(&self, span: Span) -> Option<(Span, &str)> {
        let first = self.breaks.partition_point(|cut| *cut <= span.start);
        let cut = self.breaks.get(first).filter(|cut| **cut < span.end)?;
        Some((self.map.original(span), self.text.get(*cut..span.end)?))
    }
}

/// A break that may cut a value.
struct Cut {
    /// The break with the white space and the marks of quotation around it.
    gap: Span,
    /// The parts before and after it, with their context.
    window: Span,
    /// Which row of breaks it belongs to. Breaks that part full lines are one row: a key goes over all of them. Neighbouring
    /// rows are joined in different texts, because what one break cut may not go on behind the next.
    row: usize,
}

impl Cut {
    /// All such breaks of a text, in order.
    fn all(text: &str) -> Vec<Self> {
        let mut cuts: Vec<Self> = Vec::new();
        let mut at = 0;
        while let Some(newline) = bytes::newline(text.as_bytes(), at) {
            at = newline + 1;
            if let Some(mut cut) = Self::at(text, newline) {
                // A line that is nothing but a part may be cut at its end as well; it is looked at from its own end.
                at = at.max(cut.gap.end);
                if let Some(before) = cuts.last() {
                    let between = &text.as_bytes()[before.gap.end.min(cut.gap.start)..cut.gap.start];
                    let is_full = between.len() >= FULL_LINE_MIN && between.iter().all(|byte| is_part(*byte));
                    cut.row = before.row + usize::from(!is_full || cut.row == 1);
                }
                cuts.push(cut);
            }
        }
        cuts
    }

    fn at(text: &str, newline: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_edge = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
        let start = newline - bytes[..newline].iter().rev().take(PART_MAX).take_while(|byte| is_edge(byte)).count();
        // `=` at the end of a line is a soft break (RFC 2045, 6.7), a backslash one of the shell.
        let start = match bytes[..start].last() {
            Some(b'=' | b'\\') => start - 1,
            _ => start,
        };
        let after = &bytes[newline + 1..];
        let marks = after.iter().take(PART_MAX).take_while(|byte| is_edge(byte) || matches!(byte, b'>' | b'|')).count();
        let end = newline + 1 + marks;
        let before = bytes[..start].iter().rev().take(PART_MAX).take_while(|byte| is_part(**byte)).count();
        let behind = bytes[end..].iter().take(PART_MAX).take_while(|byte| is_part(**byte)).count();
        let (left, right) = (&bytes[start - before..start], &bytes[end..end + behind]);
        // The number of the next item of a list rather begins something else.
        let is_item =
            matches!(right, [number @ .., b'.'] if number.len() <= 2 && number.iter().all(u8::is_ascii_digit));
        if left.is_empty() || right.is_empty() || !(is_telling(left) || is_telling(right)) {
            return None;
        }
        let context = |line: usize| line.min(CONTEXT_MAX);
        let line_before = bytes[..start - before].iter().rev().take(CONTEXT_MAX).take_while(|b| **b != b'\n').count();
        let line_behind = bytes[end + behind..].iter().take(CONTEXT_MAX).take_while(|b| **b != b'\n').count();
        let window_start = floor(text, start - before - context(line_before));
        let window_end = floor(text, end + behind + context(line_behind));
        Some(Self {
            gap: Span::new(start, end),
            window: Span::new(window_start, window_end),
            row: usize::from(is_item),
        })
    }
}

/// The character boundary at or before `at`, which is no continuation byte for parts and ends of lines.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'_' | b'-' | b'+' | b'/' | b':' | b'=' | b'~' | b'%')
}

fn is_telling(part: &[u8]) -> bool {
    part.len() >= KEY_PART_MIN
        || part.iter().any(|byte| byte.is_ascii_digit() || *byte == b'@')
        || part.iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_no_cuts() {
        assert!(Cut::all("The quick brown\nfox jumps over\n\nthe lazy dog.\n").is_empty());
    }

    #[test]
    fn parts_are_joined_and_found_again() {
        let text = "> mail ann@exam\r\n> ple.com now\nnothing here\nat all\ncard 4111 1111\n  1111 1111\n";
        let joined: Vec<Wrapped> = Wrapped::all(text).collect();
        let joined = &joined[0];
        let at = joined.text.find("ann@example.com").unwrap_or_default();
        let (whole, half) = (joined.original(Span::new(at, at + 15)), joined.original(Span::new(at, at + 5)));
        let (whole, behind) = whole.unzip();
        assert_eq!(behind, Some("ple.com"));
        assert_eq!(whole.and_then(|span| span.of(text)), Some("ann@exam\r\n> ple.com"));
        assert_eq!(half, None);
        let of_card = Wrapped::all(text).find(|joined| joined.text.contains("card 4111 11111111 1111"));
        assert!(of_card.is_some());
    }

    #[test]
    fn a_key_may_go_over_many_lines() {
        let line = "abcdef0123456789abcdef0123456789abcdef0123456789";
        let text = format!("key={line}\n{line}\n456789");
        let joined: Vec<String> = Wrapped::all(&text).map(|joined| joined.text).collect();
        assert_eq!(joined[0], format!("key={line}{line}456789"));
    }

    #[test]
    fn neighbouring_breaks_are_joined_apart() {
        let joined: Vec<String> = Wrapped::all("2. 22\n4111\n3x").map(|joined| joined.text).collect();
        assert_eq!(joined, ["2. 224111", "41113x", "2. 22 4111", "4111 3x"]);
    }
}
