//! Words of a text with what stands between them.

mod between;
mod lexicon;
mod plain;

use self::between::{Between, DIGIT, KINDS, LETTER, NEWLINE, POSSESSIVE, WIDE};
pub use self::lexicon::Lexicon;
use self::plain::{Plain, plain};
use super::cues::Cue;
use super::fold;
use super::gazetteer::Entry;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Small letters.
    Lower,
    /// A capital, then small letters; also `O'Neil`, `McDonald`.
    Capital,
    /// Two or more capitals alone.
    Upper,
    /// Capitals inside: `iPhone`, `GmbH`.
    Mixed,
    /// One capital alone.
    Initial,
    /// Digits, up to two letters behind them: `12`, `21st`, `12a`.
    Number,
    /// Letters with digits or underscores: an identifier.
    Code,
}

/// What stands between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The text begins, or an empty line stands between.
    Blank,
    /// The line begins.
    Newline,
    /// A space.
    Space,
    /// A comma or a dash with spaces.
    Comma,
    /// A full stop, an exclamation mark, a question mark, a semicolon, or the space between columns.
    Stop,
    /// A colon.
    Colon,
    /// An opening bracket or quotation mark.
    Open,
    /// A closing bracket or quotation mark.
    Close,
    /// A hyphen without spaces.
    Hyphen,
    /// A slash.
    Slash,
    /// The dot of an initial or an abbreviation, then perhaps a space: `J. Smith`, `Dr. May`.
    Abbreviation,
    /// `'s`.
    Possessive,
    /// An `@` right before the word.
    At,
    /// A `#` right before the word.
    Hash,
    /// `&`.
    Ampersand,
    /// What stands in code: braces, `=`, `::`, `_`.
    Code,
}

/// How a line is written as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineCase {
    /// Prose.
    #[default]
    Normal,
    /// All in capitals.
    Upper,
    /// Without any capital.
    Lower,
    /// Each Word With A Capital.
    Title,
    /// Code.
    Code,
}

/// A word.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Number of the word without case ([`fold`]).
    pub number: u64,
    /// How it is written.
    pub shape: Shape,
    /// What stands before it.
    pub gap: Gap,
    /// Whether a sentence begins with it.
    pub first: bool,
    /// What it announces.
    pub cue: Cue,
    /// What the gazetteer says.
    pub entry: Entry,
    /// How its line is written.
    pub line: LineCase,
    /// Whether it lies inside another find.
    pub taken: bool,
}

impl Word {
    /// Whether it begins with a capital.
    pub const fn capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Mixed | Shape::Initial)
    }

    /// Whether it consists of letters.
    pub const fn letters(&self) -> bool {
        !matches!(self.shape, Shape::Number | Shape::Code)
    }

    /// Its text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Most bytes that are looked at as one word; what is longer is no name.
const WORD_MAX: usize = 40;

/// Reads words from a place on, until a line ends and enough words were read, or until there are too many. Gives the place
/// to go on from.
pub fn read(text: &str, from: usize, lexicon: &mut Lexicon<'_>, words: &mut Vec<Word>) -> usize {
    /// A block ends with the first line after so many words.
    const WORDS: usize = 384;
    /// A block ends after so many words wherever it is.
    const WORDS_MAX: usize = 1024;
    let bytes = text.as_bytes();
    let mut at = from;
    let mut between = Between::default();
    while let Some(&byte) = bytes.get(at) {
        let kind = KINDS[byte as usize];
        // Between nearly all words stands one blank.
        let spaced = byte == b' '
            && between.is_new()
            && bytes.get(at + 1).is_some_and(|next| KINDS[*next as usize] & (LETTER | DIGIT) != 0);
        if spaced {
            at += 1;
        } else if kind & (LETTER | DIGIT) == 0 && !(kind == WIDE && is_wide_letter(text, at)) {
            if kind == NEWLINE && words.len() >= WORDS {
                break;
            }
            between.add(kind, byte);
            at += match byte {
                b'\n' => 1 + between.blanks(bytes, at + 1),
                0x80.. => between.wide(text, at),
                _ => 1,
            };
            continue;
        }
        if words.len() >= WORDS_MAX {
            break;
        }
        let gap = if spaced { Gap::Space } else { between.gap(words.last()) };
        let first = matches!(gap, Gap::Blank | Gap::Newline | Gap::Stop | Gap::Colon | Gap::Open)
            || between.begins_sentence && gap != Gap::Abbreviation;
        let found = plain(bytes, at).or_else(|| plain::code(bytes, at)).unwrap_or_else(|| {
            let (end, shape) = one(text, at);
            let is_name = !matches!(shape, Shape::Number | Shape::Code) && end - at <= WORD_MAX;
            Plain { end, shape, number: if is_name { fold::hash_within(bytes, at, end) } else { 0 } }
        });
        let mut word = Word {
            start: at,
            end: found.end,
            number: found.number,
            shape: found.shape,
            gap,
            first,
            cue: Cue::None,
            entry: Entry::default(),
            line: LineCase::Normal,
            taken: false,
        };
        at = word.end;
        if word.number != 0 {
            let (cue, entry) = lexicon.of(word.number);
            word.cue = cue;
            // Small words that announce something are ordinary words.
            if cue == Cue::None || word.shape != Shape::Lower {
                word.entry = entry;
            }
        }
        words.push(word);
        between = Between { any: true, ..Between::default() };
        let possessive = match bytes.get(at) {
            Some(b'\'') if bytes[at..].starts_with(b"'s") => 2,
            Some(0xe2) if bytes[at..].starts_with("’s".as_bytes()) => 4,
            _ => 0,
        };
        if possessive > 0 {
            let after = at + possessive;
            if bytes.get(after).is_none_or(|b| !b.is_ascii_alphanumeric()) {
                between.seen |= POSSESSIVE;
                at = after;
            }
        }
    }
    at
}

fn is_wide_letter(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphabetic)
}

/// End and shape of the word that begins at `at`.
fn one(text: &str, at: usize) -> (usize, Shape) {
    let bytes = text.as_bytes();
    let mut end = at;
    let (mut upper, mut lower, mut digits, mut inner, mut code) = (0, 0, 0, 0, false);
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'a'..=b'z' => lower += 1,
            b'A'..=b'Z' => {
                // A capital after a small letter, except after `Mc`, `Mac`, `De`, `O'`.
                inner += usize::from(lower > 0 && bytes[end - 1] != b'\'');
                upper += 1;
            }
            b'0'..=b'9' => digits += 1,
            b'_' => code = true,
            b'\''
                if end > at
                    && bytes
                        .get(end + 1)
                        .is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80 && is_wide_letter(text, end + 1)) =>
            {
                let after = bytes.get(end + 2).is_none_or(|b| !b.is_ascii_alphanumeric());
                if matches!(bytes[end + 1], b's' | b'S') && after {
                    break;
                }
            }
            0x80.. => {
                let Some(c) = text.get(end..).and_then(|rest| rest.chars().next()) else { break };
                if c == '\u{2019}' {
                    let mut after = text.get(end + 3..).unwrap_or_default().chars();
                    let (next, over) = (after.next(), after.next());
                    let possessive = matches!(next, Some('s' | 'S')) && !over.is_some_and(char::is_alphanumeric);
                    if !next.is_some_and(char::is_alphabetic) || possessive {
                        break;
                    }
                } else if c.is_uppercase() {
                    inner += usize::from(lower > 0);
                    upper += 1;
                } else if c.is_alphabetic() || ('\u{300}'..'\u{370}').contains(&c) {
                    lower += 1;
                } else {
                    break;
                }
                end += c.len_utf8() - 1;
            }
            _ => break,
        }
        end += 1;
    }
    let starts_upper = text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
    let shape = if code || digits > 0 && !(bytes[at].is_ascii_digit() && upper + lower <= 2) {
        Shape::Code
    } else if digits > 0 {
        Shape::Number
    } else if upper == 0 {
        Shape::Lower
    } else if upper == 1 && lower == 0 {
        Shape::Initial
    } else if lower == 0 {
        Shape::Upper
    } else if starts_upper
        && (inner == 0 || inner == 1 && is_prefixed(&bytes[at..end]))
        && upper == 1 + inner.max(usize::from(upper == 2 && bytes[at..end].get(1) == Some(&b'\'')))
    {
        Shape::Capital
    } else {
        Shape::Mixed
    };
    (end, shape)
}

/// Whether a capital inside follows the beginning of a surname.
fn is_prefixed(word: &[u8]) -> bool {
    ["Mc", "Mac", "De", "Le", "La", "Van", "Di", "Du", "Fitz", "Al", "El"]
        .iter()
        .any(|prefix| word.starts_with(prefix.as_bytes()) && word.get(prefix.len()).is_some_and(u8::is_ascii_uppercase))
}

/// Tells of each line how it is written.
pub fn judge_lines(words: &mut [Word]) {
    let mut from = 0;
    while from < words.len() {
        let next = words[from + 1..].iter().position(|word| matches!(word.gap, Gap::Newline | Gap::Blank));
        let to = next.map_or(words.len(), |next| from + 1 + next);
        let line = &mut words[from..to];
        let (mut letters, mut upper, mut capital, mut code) = (0usize, 0usize, 0usize, 0usize);
        for (i, word) in line.iter().enumerate() {
            code +=
                usize::from(word.shape == Shape::Code || word.gap == Gap::Code && i > 0 || word.shape == Shape::Mixed);
            if word.letters() && word.end - word.start > 1 {
                letters += 1;
                upper += usize::from(word.shape == Shape::Upper);
                capital += usize::from(word.capital());
            }
        }
        let case = if code * 4 > line.len() {
            LineCase::Code
        } else if letters >= 3 && upper * 5 >= letters * 3 {
            LineCase::Upper
        } else if letters >= 4 && capital * 4 >= letters * 3 {
            LineCase::Title
        } else if letters >= 3 && capital == 0 {
            LineCase::Lower
        } else {
            LineCase::Normal
        };
        line.iter_mut().for_each(|word| word.line = case);
        from = to;
    }
}
