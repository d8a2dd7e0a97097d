//! Cited words among the letters of a page.
//!
//! The canonical text and the page are the same words in another dress: spaces and line breaks are the reader's guess, hyphens at
//! line ends are gone, ligatures are letters. So both are compared without white space, hyphens and invisible characters, in
//! compatibility form (Unicode, UAX #15, NFKC). A highlight is a claim: words that cannot be told from others are not marked.

use std::ops::Range;

use conclave_protocol::{Cited, CitedOnPage, PageRect};
use hayro::kurbo::Rect;
use unicode_normalization::UnicodeNormalization as _;

use crate::glyphs::Letter;

/// Most rectangles of one citation: several for each line of a page.
const RECTS_MAX: usize = 400;

/// Words with fewer letters may stand inside others: something before or behind them has to be the same, too.
const SHORT: usize = 16;

/// So many letters of it.
const CONTEXT_MIN: usize = 4;

/// Bytes around a line that tell it from others.
const AROUND: usize = 200;

/// A line of the words that is looked for by itself has so many letters at least; fewer stand anywhere.
const LINE_MIN: usize = 6;

/// The share of the words that has to be found where they are looked for line by line.
const SHARE_MIN: f64 = 0.6;

/// How far apart, in parts of a line's height (of a column's width), two letters of one rectangle may stand: less than two columns do.
const GAP: f64 = 1.5;

/// Where the cited words stand among the letters of a page.
pub fn find(cited: &Cited, letters: &[Letter]) -> CitedOnPage {
    // A page may draw its lines in any order; readers read them from the top.
    let drawn = Page::new(letters.iter());
    let sorted = Page::new(by_place(letters).into_iter());
    let pages = [&drawn, &sorted];
    let whole = Wanted::of(&cited.text, &cited.before, &cited.after);
    let found = pages.into_iter().find_map(|page| page.only(&whole).map(|place| (page, vec![place], true)));
    match found.or_else(|| pages.into_iter().find_map(|page| by_lines(page, cited))) {
        Some((page, places, is_whole)) => CitedOnPage::Found { rects: page.rects(&places), is_whole },
        None => CitedOnPage::NotFound,
    }
}

/// Each line of the words by itself: a table, a footnote or a running head may stand between them on the page.
fn by_lines<'a, 'p>(page: &'p Page<'a>, cited: &Cited) -> Option<(&'p Page<'a>, Vec<Range<usize>>, bool)> {
    let text = cited.text.as_str();
    let whole = format!("{}{text}{}", cited.before, cited.after);
    let all = folded(text).len();
    let (mut seen, mut places) = (0, Vec::new());
    let mut at = cited.before.len();
    for line in text.split_inclusive('\n').take(RECTS_MAX) {
        let (start, end) = (at, at + line.len());
        at = end;
        let from = whole.floor_char_boundary(start.saturating_sub(AROUND));
        let to = whole.ceil_char_boundary(end.saturating_add(AROUND).min(whole.len()));
        let wanted = Wanted::of(line, whole.get(from..start)?, whole.get(end..to)?);
        if wanted.words.chars().count() >= LINE_MIN
            && let Some(place) = page.only(&wanted)
        {
            seen += wanted.words.len();
            places.push(place);
        }
    }
    (seen as f64 >= all as f64 * SHARE_MIN && seen > 0).then_some((page, places, seen == all))
}

/// Words that are looked for, and what stands around them, folded.
struct Wanted {
    words: String,
    before: String,
    after: String,
}

impl Wanted {
    fn of(words: &str, before: &str, after: &str) -> Self {
        Self { words: folded(words), before: folded(before), after: folded(after) }
    }

    /// How many letters before and behind a place are those before and behind the words.
    fn context(&self, text: &str, place: &Range<usize>) -> usize {
        let (head, tail) = (text.get(..place.start).unwrap_or_default(), text.get(place.end..).unwrap_or_default());
        let same = |(a, b): &(char, char)| a == b;
        let behind = tail.chars().zip(self.after.chars()).take_while(same).count();
        head.chars().rev().zip(self.before.chars().rev()).take_while(same).count() + behind
    }
}

/// The letters of a page in some order, as one folded text.
struct Page<'a> {
    letters: Vec<&'a Letter>,
    text: String,
    /// Where each letter ends in it.
    ends: Vec<usize>,
}

impl<'a> Page<'a> {
    fn new(letters: impl Iterator<Item = &'a Letter>) -> Self {
        let letters: Vec<&Letter> = letters.collect();
        let mut text = String::new();
        let fold = |letter: &&Letter| {
            text.push_str(&folded(&letter.text));
            text.len()
        };
        let ends = letters.iter().map(fold).collect();
        Self { letters, text, ends }
    }

    /// The one place of the words; none where they stand nowhere, or cannot be told from the same words elsewhere.
    fn only(&self, wanted: &Wanted) -> Option<Range<usize>> {
        if wanted.words.is_empty() {
            return None;
        }
        let most = wanted.before.chars().count() + wanted.after.chars().count();
        let mut best: Option<(usize, Range<usize>)> = None;
        let mut is_tie = false;
        for place in occurrences(&self.text, &wanted.words) {
            let context = wanted.context(&self.text, &place);
            is_tie = best.as_ref().is_some_and(|(other, _)| *other == context)
                || (is_tie && best.as_ref().is_some_and(|(other, _)| *other > context));
            if best.as_ref().is_none_or(|(other, _)| context > *other) {
                best = Some((context, place));
            }
            // No other can have more around it: what repeats itself for a whole page is given up early.
            if is_tie && context == most {
                return None;
            }
        }
        let (context, place) = best?;
        let is_short = wanted.words.chars().count() < SHORT;
        let is_alone = wanted.before.is_empty() && wanted.after.is_empty();
        (!is_tie && (!is_short || is_alone || context >= CONTEXT_MIN)).then_some(place)
    }

    /// The boxes of the letters at these places, those of a line as one.
    fn rects(&self, places: &[Range<usize>]) -> Vec<PageRect> {
        let mut rects: Vec<Rect> = Vec::new();
        for place in places {
            let first = self.ends.partition_point(|end| *end <= place.start);
            let last = self.ends.partition_point(|end| *end < place.end);
            let inside = self.letters.get(first..=last.min(self.letters.len().saturating_sub(1))).unwrap_or_default();
            // A space widens no box.
            for letter in inside.iter().filter(|letter| !letter.text.trim().is_empty()) {
                match rects.last_mut() {
                    Some(line) if goes_on(line, letter) => *line = line.union(letter.place),
                    _ => rects.push(letter.place),
                }
            }
        }
        rects.truncate(RECTS_MAX);
        rects.iter().map(rect).collect()
    }
}

/// Where words stand in a text, in its order and in one pass (Knuth, Morris and Pratt, 1977). Places may overlap: of a row of equal
/// values the last eight stand at one place, the first eight at another.
fn occurrences<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let words = words.as_bytes();
    let borders = borders(words);
    let mut length = 0;
    // Bytes of UTF-8 are those of its characters only where a character begins.
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        length = longer(words, &borders, length, byte);
        (length > 0 && length == words.len()).then(|| at + 1 - length..at + 1)
    })
}

/// For each beginning of the words, the length of the longest other beginning with which it ends.
fn borders(words: &[u8]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(words.len());
    for (at, byte) in words.iter().enumerate() {
        let before = borders.last().copied().unwrap_or_default();
        borders.push(if at == 0 { 0 } else { longer(words, &borders, before, *byte) });
    }
    borders
}

/// How many of the words' bytes are the last ones that were seen, after so many were and one more comes.
fn longer(words: &[u8], borders: &[usize], mut length: usize, byte: u8) -> usize {
    while length > 0 && words.get(length) != Some(&byte) {
        length = borders.get(length - 1).copied().unwrap_or_default();
    }
    length + usize::from(words.get(length) == Some(&byte))
}

/// Whether a letter stands in the line of a box, beside it; in writing that runs down the page, below it.
fn goes_on(line: &Rect, letter: &Letter) -> bool {
    let (is_down, letter) = (letter.is_down, &letter.place);
    if is_down {
        let width = line.width().max(letter.width());
        let is_plumb = (line.center().x - letter.center().x).abs() < width / 2.0;
        return is_plumb && letter.y0 < line.y1 + width * GAP && letter.y1 > line.y0 - width * GAP;
    }
    let height = line.height().max(letter.height());
    let is_level = (line.center().y - letter.center().y).abs() < height / 2.0;
    is_level && letter.x0 < line.x1 + height * GAP && letter.x1 > line.x0 - height * GAP
}

/// A box inside the page.
fn rect(place: &Rect) -> PageRect {
    let place = place.intersect(Rect::new(0.0, 0.0, 1.0, 1.0));
    let (width, height) = (place.width() as f32, place.height() as f32);
    PageRect { left: place.x0 as f32, top: place.y0 as f32, width, height }
}

/// The letters line by line from the top, those of a line from the left.
fn by_place(letters: &[Letter]) -> Vec<&Letter> {
    let mut letters: Vec<&Letter> = letters.iter().collect();
    letters.sort_by(|a, b| a.place.center().y.total_cmp(&b.place.center().y));
    let is_level = |a: &&Letter, b: &&Letter| b.place.center().y - a.place.center().y < a.place.height() / 4.0;
    for line in letters.chunk_by_mut(is_level) {
        line.sort_by(|a, b| a.place.x0.total_cmp(&b.place.x0));
    }
    letters
}

/// A text as it is compared.
fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control() && !is_unseen(*c)).collect()
}

/// Hyphens, which lines bring and take, and what has no width.
fn is_unseen(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}' | '\u{2011}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
