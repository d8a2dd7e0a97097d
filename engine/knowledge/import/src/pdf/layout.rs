//! From pages to running text.

use std::collections::{HashMap, HashSet};

/// Fewest pages on which repeated lines can be told from text.
const MIN_PAGES: usize = 5;

/// Lines looked at, at the top and at the bottom of each page.
const EDGE_LINES: usize = 2;

/// Longest running head, in characters.
const MAX_HEAD_CHARS: usize = 120;

/// A page's text with ligatures as letters, without soft hyphens and trailing spaces, and words whole that a line's end cut.
pub(super) fn tidy(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut blank = 0usize;
    for line in page.lines() {
        let line = line.trim_end();
        if line.trim().is_empty() {
            blank += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        for c in line.chars() {
            match ligature(c) {
                Some(letters) => out.push_str(letters),
                // A soft hyphen shows at a line's end alone; there it is a hyphen.
                None if c == '\u{ad}' => {}
                None => out.push(c),
            }
        }
        if line.ends_with('\u{ad}') {
            out.push('-');
        }
    }
    part_sentences(&join_words(&out))
}

/// The letters of a ligature (Unicode, Alphabetic Presentation Forms).
fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}

/// Joins words that a hyphen and a line's end cut. The page's other words decide whether the hyphen belongs to the word;
/// where they do not tell, it does not, unless a capital follows it.
fn join_words(text: &str) -> String {
    if !text.contains("-\n") {
        return text.to_owned();
    }
    let is_letter = |c: char| c.is_alphanumeric() || c == '-';
    let words: HashSet<&str> = text.split(|c: char| !is_letter(c)).filter(|word| !word.is_empty()).collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("-\n") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        let head = before.rsplit(|c: char| !is_letter(c)).next().unwrap_or("");
        let tail = &after[..after.find(|c: char| !is_letter(c)).unwrap_or(after.len())];
        let cut = head.ends_with(char::is_alphabetic) && tail.starts_with(char::is_alphabetic);
        out.push_str(before);
        let tail_word = tail.trim_end_matches('-');
        if !cut {
            out.push_str("-\n");
        } else if words.contains(format!("{head}-{tail_word}").as_str()) {
            out.push('-');
        } else if !(words.contains(format!("{head}{tail_word}").as_str()) || tail.starts_with(char::is_lowercase)) {
            out.push_str("-\n");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Puts a space between sentences that were set without one, as pdf_oxide gives lines that are set tightly: between a word of
/// small letters with its full stop and a word that begins with a capital. Names with dots (`window.Open(`) stay as they are.
fn part_sentences(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices(['.', '!', '?']) {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let small = |c: &char| c.is_lowercase() || *c == '-';
        let letters = before.chars().rev().take_while(small).count();
        let opens = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '‘');
        let is_word = letters > 1 && before.chars().rev().nth(letters).is_none_or(opens);
        let mut next = after.chars();
        let begins = next.next().is_some_and(char::is_uppercase);
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':');
        if is_word && begins && next.find(|c| !small(c)).is_none_or(ends) {
            out.push_str(&text[done..=at]);
            out.push(' ');
            done = at + 1;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// Leaves out running heads, feet and page numbers: lines at a page's edge that stand on two pages of five, numbers apart.
/// One with words stays where it stands first.
pub(super) fn drop_repeated(pages: &mut [String]) {
    let filled = pages.iter().filter(|page| !page.is_empty()).count();
    if filled < MIN_PAGES {
        return;
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        // A line counts once for a page, however often it stands there.
        let keys: HashSet<String> = edges(page).into_iter().map(|(start, end)| key(&page[start..end])).collect();
        for key in keys {
            *counts.entry(key).or_insert(0) += 1;
        }
    }
    let repeated: HashSet<String> = counts
        .into_iter()
        .filter(|(key, count)| !key.is_empty() && *count >= 3 && count * 5 >= filled * 2)
        .map(|(key, _)| key)
        .collect();
    if repeated.is_empty() {
        return;
    }
    let mut seen = HashSet::new();
    for page in pages {
        let drop: Vec<(usize, usize)> = edges(page)
            .into_iter()
            .filter(|(start, end)| {
                let key = key(&page[*start..*end]);
                let says_something = key.chars().filter(|c| c.is_alphabetic()).count() > 6;
                repeated.contains(&key) && !(says_something && seen.insert(key))
            })
            .collect();
        for (start, end) in drop.into_iter().rev() {
            page.replace_range(start..end, "");
        }
        let trimmed = page.trim_matches('\n');
        if trimmed.len() < page.len() {
            *page = trimmed.to_owned();
        }
    }
}

/// The first and last lines of a page, each once, in order.
fn edges(page: &str) -> Vec<(usize, usize)> {
    let mut top = Vec::new();
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        if !line.trim().is_empty() {
            top.push((at, at + line.trim_end().len()));
        }
        at += line.len();
        if top.len() == EDGE_LINES {
            break;
        }
    }
    let mut bottom = Vec::new();
    let mut end = page.len();
    for line in page.split_inclusive('\n').rev() {
        let start = end - line.len();
        if !line.trim().is_empty() && top.last().is_none_or(|(_, top_end)| start >= *top_end) {
            bottom.push((start, start + line.trim_end().len()));
        }
        end = start;
        if bottom.len() == EDGE_LINES {
            break;
        }
    }
    bottom.reverse();
    top.extend(bottom);
    top
}

/// A line with its numbers as one sign; empty for a line that is too long to be a running head.
fn key(line: &str) -> String {
    if line.chars().count() > MAX_HEAD_CHARS {
        return String::new();
    }
    let mut key = String::with_capacity(line.len());
    for c in line.chars().filter(|c| !c.is_whitespace()) {
        let c = if c.is_numeric() { '#' } else { c };
        if !(c == '#' && key.ends_with('#')) {
            key.push(c);
        }
    }
    // Roman page numbers.
    if key.len() <= 6 && key.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'l' | 'c')) { "#".to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_line_ends_are_joined_as_the_page_spells_them() {
        assert_eq!(
            tidy("a compi-\nlation of well-\nknown, the well-known"),
            "a compilation of well-known, the well-known"
        );
        assert_eq!(
            tidy("Trace-\nMonkey and TraceMonkey; Franco-\nPrussian"),
            "TraceMonkey and TraceMonkey; Franco-\nPrussian"
        );
        assert_eq!(tidy("1990-\n1995, a -\nb"), "1990-\n1995, a -\nb");
        assert_eq!(tidy("o\u{fb03}ce \u{fb02}ow so\u{ad}\nft  \n\n\n\nnext"), "office flow soft\n\nnext");
    }

    #[test]
    fn sentences_without_a_space_between_them_get_one() {
        assert_eq!(
            tidy("in a web browser.We present traces (or loops).Each"),
            "in a web browser. We present traces (or loops).Each"
        );
        assert_eq!(tidy("equivalence.In our type-specialized.A loop"), "equivalence. In our type-specialized. A loop");
        for same in [
            "call window.Open() in Node.Js and a.B c",
            "see example.Com/x, i.e.The end",
            "it ends.\nNext",
            "no.5 of …",
            "ends.",
        ] {
            assert_eq!(tidy(same), same);
        }
    }

    #[test]
    fn running_heads_and_page_numbers_go_and_the_first_head_stays() {
        let mut pages: Vec<String> = (1..=6)
            .map(|n| {
                format!("Annual report {n}\n\nText of page {}.\nmore text {}\n\n- {n} -", "x".repeat(n), "y".repeat(n))
            })
            .collect();
        drop_repeated(&mut pages);
        assert_eq!(pages[0], "Annual report 1\n\nText of page x.\nmore text y");
        assert_eq!(pages[5], "Text of page xxxxxx.\nmore text yyyyyy");
    }

    #[test]
    fn few_pages_and_lines_that_differ_are_left_alone() {
        let pages: Vec<String> = (0..4).map(|n| format!("Head\n\ntext {n}")).collect();
        let mut same = pages.clone();
        drop_repeated(&mut same);
        assert_eq!(same, pages);
        let pages: Vec<String> = ["a", "b", "c", "d", "e", "f"].iter().map(|c| format!("{c} alone")).collect();
        let mut same = pages.clone();
        drop_repeated(&mut same);
        assert_eq!(same, pages);
    }
}
