//! The small part of Markdown that answers use, as a tree: the page makes elements of it and never parses HTML.
//!
//! Paragraphs, headings, lists, fenced code; bold, emphasis, inline code, and citations `[1]`. Everything else stays
//! text. The parser is one pass over the lines and one over each line's characters, so its time is linear.

/// A block of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading of any level; answers are too short for an outline.
    Heading(Vec<Inline>),
    /// A list.
    List {
        /// The first item's number; `None` for bullets.
        start: Option<u32>,
        /// The items.
        items: Vec<Vec<Inline>>,
    },
    /// A fenced code block.
    Code(String),
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text as it stands.
    Text(String),
    /// Bold text.
    Strong(String),
    /// Emphasised text.
    Emphasis(String),
    /// Code.
    Code(String),
    /// A citation with this number.
    Citation(u32),
}

/// Parses an answer. `cited` tells whether a citation of that number exists; other numbers in brackets stay text.
#[must_use]
pub fn parse(text: &str, cited: impl Fn(u32) -> bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if let Some(fence) = trimmed.strip_prefix("```") {
            flush(&mut paragraph, &mut blocks, &cited);
            // "```x```" on one line is inline code written with too many backticks.
            if let Some(inside) = fence.strip_suffix("```").filter(|inside| !inside.is_empty()) {
                blocks.push(Block::Code(inside.to_owned()));
                continue;
            }
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim_start().starts_with("```")).collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if trimmed.is_empty() {
            flush(&mut paragraph, &mut blocks, &cited);
        } else if let Some(title) = heading(trimmed) {
            flush(&mut paragraph, &mut blocks, &cited);
            blocks.push(Block::Heading(inlines(title, &cited)));
        } else if let Some((start, first)) = item(trimmed) {
            flush(&mut paragraph, &mut blocks, &cited);
            let mut items = vec![inlines(first, &cited)];
            while let Some((_, next)) =
                lines.peek().and_then(|line| item(line.trim())).filter(|(n, _)| n.is_some() == start.is_some())
            {
                items.push(inlines(next, &cited));
                lines.next();
            }
            blocks.push(Block::List { start, items });
        } else {
            paragraph.push(trimmed);
        }
    }
    flush(&mut paragraph, &mut blocks, &cited);
    blocks
}

fn flush(paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>, cited: &impl Fn(u32) -> bool) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(inlines(&paragraph.join(" "), cited)));
        paragraph.clear();
    }
}

fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    (1..=6).contains(&level).then(|| rest.strip_prefix(' ')).flatten().map(str::trim)
}

/// A list item: its number, where it has one, and its text.
fn item(line: &str) -> Option<(Option<u32>, &str)> {
    if let Some(rest) = ["- ", "* ", "+ ", "• "].iter().find_map(|bullet| line.strip_prefix(bullet)) {
        return Some((None, rest.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    // A longer number is a year or a code at the beginning of a sentence, not a list.
    if !(1..=3).contains(&digits) {
        return None;
    }
    let (number, rest) = line.split_at(digits);
    let rest = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    Some((number.parse().ok(), rest.trim_start()))
}

fn inlines(line: &str, cited: &impl Fn(u32) -> bool) -> Vec<Inline> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    // Delimiters without their partner: the search for it need not be made again, which keeps the time linear.
    let mut unpaired: Vec<&str> = Vec::new();
    while let Some(next) = rest.chars().next() {
        let before = plain.chars().next_back();
        let found = citation(rest, cited).or_else(|| {
            DELIMITERS.iter().find_map(|(mark, make)| {
                if unpaired.contains(mark) || !rest.starts_with(mark) {
                    return None;
                }
                let pair = between(rest, mark, before);
                if pair == Pair::None {
                    unpaired.push(mark);
                }
                match pair {
                    Pair::Of(inside, taken) => Some((make(inside.to_owned()), taken)),
                    Pair::None | Pair::NotHere => None,
                }
            })
        });
        if let Some((piece, taken)) = found {
            if !plain.is_empty() {
                pieces.push(Inline::Text(std::mem::take(&mut plain)));
            }
            pieces.push(piece);
            rest = &rest[taken..];
        } else {
            plain.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    if !plain.is_empty() {
        pieces.push(Inline::Text(plain));
    }
    pieces
}

type Make = fn(String) -> Inline;

/// Longer delimiters first.
const DELIMITERS: [(&str, Make); 5] = [
    ("`", Inline::Code),
    ("**", Inline::Strong),
    ("__", Inline::Strong),
    ("*", Inline::Emphasis),
    ("_", Inline::Emphasis),
];

#[derive(PartialEq)]
enum Pair<'a> {
    /// The text inside and the bytes taken with both delimiters.
    Of(&'a str, usize),
    /// No partner in the rest of the line.
    None,
    /// Not a delimiter in this place.
    NotHere,
}

fn between<'a>(rest: &'a str, mark: &str, before: Option<char>) -> Pair<'a> {
    let after_open = &rest[mark.len()..];
    let Some(end) = after_open.find(mark) else {
        return Pair::None;
    };
    let inside = &after_open[..end];
    let after = after_open[end + mark.len()..].chars().next();
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let spaced = inside.starts_with(char::is_whitespace) || inside.ends_with(char::is_whitespace);
    // snake_case and 2*3*4 are no emphasis.
    let inside_a_word = mark != "`" && (word(before) || (mark.starts_with('_') && word(after)));
    if inside.is_empty() || (mark != "`" && spaced) || inside_a_word {
        return Pair::NotHere;
    }
    Pair::Of(inside, mark.len() * 2 + end)
}

fn citation(rest: &str, cited: &impl Fn(u32) -> bool) -> Option<(Inline, usize)> {
    let inside = rest.strip_prefix('[')?;
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=4).contains(&digits) || inside.as_bytes().get(digits) != Some(&b']') {
        return None;
    }
    let number = inside[..digits].parse().ok()?;
    cited(number).then_some((Inline::Citation(number), digits + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    #[test]
    fn paragraphs_lists_headings_and_code() {
        let blocks = parse("# Title\nOne\ntwo\n\n1. first\n2. second\n\n- a\n- b\n```rust\nlet x = *y;\n```", |_| true);
        assert_eq!(
            blocks,
            [
                Block::Heading(vec![text("Title")]),
                Block::Paragraph(vec![text("One two")]),
                Block::List { start: Some(1), items: vec![vec![text("first")], vec![text("second")]] },
                Block::List { start: None, items: vec![vec![text("a")], vec![text("b")]] },
                Block::Code("let x = *y;".into()),
            ]
        );
    }

    #[test]
    fn citations_become_citations_only_where_they_exist() {
        assert_eq!(
            parse("Two years [1][7], see [2].", |n| n < 3),
            [Block::Paragraph(vec![
                text("Two years "),
                Inline::Citation(1),
                text("[7], see "),
                Inline::Citation(2),
                text("."),
            ])]
        );
    }

    #[test]
    fn bold_emphasis_and_code() {
        assert_eq!(
            parse("a **b** *c* `d*e*`", |_| false),
            [Block::Paragraph(vec![
                text("a "),
                Inline::Strong("b".into()),
                text(" "),
                Inline::Emphasis("c".into()),
                text(" "),
                Inline::Code("d*e*".into()),
            ])]
        );
    }

    #[test]
    fn stars_and_underscores_in_words_and_sums_stay() {
        for line in ["snake_case_name", "2*3*4", "a * b * c", "half **open", "1984 was a year", "<b>no</b> & no"] {
            assert_eq!(parse(line, |_| false), [Block::Paragraph(vec![text(line)])], "{line}");
        }
    }

    #[test]
    fn an_open_fence_takes_the_rest() {
        assert_eq!(parse("```\na\n\nb", |_| false), [Block::Code("a\n\nb".into())]);
    }

    fn letters(blocks: &[Block]) -> String {
        let of = |pieces: &[Inline]| -> String {
            pieces
                .iter()
                .map(|piece| match piece {
                    Inline::Text(s) | Inline::Strong(s) | Inline::Emphasis(s) | Inline::Code(s) => s.clone(),
                    Inline::Citation(n) => n.to_string(),
                })
                .collect()
        };
        let all: String = blocks
            .iter()
            .map(|block| match block {
                Block::Paragraph(pieces) | Block::Heading(pieces) => of(pieces),
                Block::List { items, .. } => items.iter().map(|item| of(item)).collect(),
                Block::Code(code) => code.clone(),
            })
            .collect();
        all.chars().filter(|c| c.is_alphabetic()).collect()
    }

    proptest! {
        #[test]
        fn no_letter_is_lost_or_made_up(source in "([a-z*_`\\[\\]0-9#. \\-]|\\n|ä){0,120}") {
            // What follows an opening fence on its line names the language and is not shown.
            prop_assume!(!source.contains("```"));
            let wanted: String = source.chars().filter(|c| c.is_alphabetic()).collect();
            prop_assert_eq!(letters(&parse(&source, |n| n % 2 == 0)), wanted);
        }

        #[test]
        fn any_text_parses(source in "\\PC{0,300}") {
            let _ = parse(&source, |_| true);
        }
    }
}
