//! The grammar: what a model may have made of a token.
//!
//! Everything here is a function of the text at a place and of one character before it, so where chunks end cannot matter:
//! as long as the answer depends on bytes that have not come yet, it is [`Outcome::More`].

use super::stems::Stems;
use super::unit::{Class, Pair, Read, Unit, Writing, read};
use crate::tokens::{Bracket, DIGITS_MAX, Enclosed, Token};

/// Longest token in bytes. `[MEDICAL_LICENSE_000000001]` with every character as a reference of six bytes takes 162.
pub(super) const TOKEN_MAX_BYTES: usize = 192;

/// Most spaces or Markdown signs on either side of the name inside the brackets, and most separators in a row.
const DECORATIONS_MAX: usize = 4;

/// What may stand between the bracket of a Markdown link and the token inside it.
const LINK_PREFIXES: [&str; 8] = ["", "<", "mailto:", "<mailto:", "tel:", "sms:", "https://", "http://"];

/// Why a token stays visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No value has this number: the model made it up, or the value was deleted.
    Unknown,
    /// The number has a value, but ordinary text may be written like this: `email 1`, `(AGE 12)`, `$EMAIL_01`.
    Ambiguous,
    /// It is a token, but its value cannot stand in this place without breaking it: a backtick in inline code.
    Place,
}

impl Doubt {
    /// The reason in a sentence.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Unknown => "No hidden value of this conversation has this number.",
            Self::Ambiguous => "This may be ordinary text: too little of a token's form is left.",
            Self::Place => "The value holds characters that would break the code in which it would stand.",
        }
    }
}

/// What begins at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No token.
    Nothing,
    /// Not to be said before more has come.
    More,
    /// A token that has a value.
    Token(Match),
    /// What may be a token.
    Doubt(Match, Doubt),
    /// Text of so many bytes that is read as a whole, though nothing in it is a token of the table.
    Prose(usize),
}

/// A token in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub token: Token,
    /// Bytes that it takes.
    pub len: usize,
    /// How its brackets or, without them, its separator are written.
    pub(super) writing: Writing,
    /// An ending that a model put inside the brackets (`[EMAIL_01's]`): bytes of it, from where.
    pub(super) ending: (usize, usize),
    /// Its brackets are also those of a Markdown link's text, and stay.
    pub link: bool,
}

/// The text from one place on.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    whole: bool,
}

/// No token; or the text ended.
enum Stop {
    Nothing,
    More,
}

impl<'t> Cursor<'t> {
    /// The next character that counts, without taking it. A place beyond the longest token looks like a letter, which no
    /// rule takes there.
    fn peek(&mut self) -> Result<Option<Unit>, Stop> {
        loop {
            if self.at >= TOKEN_MAX_BYTES {
                return Ok(Some(Unit { class: Class::Letter(b'?', true), writing: Writing::Plain, len: 0 }));
            }
            match read(&self.text[self.at..], self.whole) {
                Read::Unit(Unit { class: Class::Nothing, len, .. }) => self.at += len,
                Read::Unit(unit) => return Ok(Some(unit)),
                Read::More => return Err(Stop::More),
                Read::End => return Ok(None),
            }
        }
    }

    fn take(&mut self, unit: Unit) {
        self.at += unit.len;
    }

    /// Takes up to [`DECORATIONS_MAX`] signs that may stand beside the name.
    fn decorations(&mut self) -> Result<(), Stop> {
        for _ in 0..DECORATIONS_MAX {
            match self.peek()? {
                Some(unit) if matches!(unit.class, Class::Space | Class::Decoration | Class::Underscore) => {
                    self.take(unit)
                }
                _ => break,
            }
        }
        Ok(())
    }
}

/// The name inside a token, and how it is written.
struct Name {
    token: Token,
    /// The weakest separator: underscore 2, hyphen or none 1, space 0.
    separators: u8,
    /// All separators are single underscores, and none is missing.
    exact: bool,
    upper: bool,
    /// The number has the digits that it has in a token.
    canonical: bool,
    leading_zero: bool,
    /// How the last separator is written.
    writing: Writing,
}

/// What begins at the start of `text`, before which `before` stands. `known` gives, for a token that has a
/// value, the brackets that stood around it.
pub(crate) fn at(text: &str, before: Option<char>, whole: bool, known: &impl Fn(Token) -> Option<Enclosed>) -> Outcome {
    let first = match read(text, whole) {
        Read::Unit(unit) => unit,
        Read::More => return Outcome::More,
        Read::End => return Outcome::Nothing,
    };
    let cursor = Cursor { text, at: 0, whole };
    let outcome = match first.class {
        Class::Open(pair) => bracketed(cursor, first, pair, before, known),
        Class::Letter(..) if first.writing == Writing::Plain => bare(cursor, before, known),
        _ => return Outcome::Nothing,
    };
    let found = match outcome {
        Ok(outcome) => outcome,
        Err(Stop::Nothing) => return Outcome::Nothing,
        Err(Stop::More) => return Outcome::More,
    };
    match found {
        Outcome::Token(found) if first.class == Class::Open(Pair::Square(']')) && first.writing == Writing::Plain => {
            match is_link(&text[found.len..], whole, found.token) {
                Some(link) => Outcome::Token(Match { link, ..found }),
                None => Outcome::More,
            }
        }
        found => found,
    }
}

fn bracketed(
    mut cursor: Cursor<'_>,
    open: Unit,
    pair: Pair,
    before: Option<char>,
    known: &impl Fn(Token) -> Option<Enclosed>,
) -> Result<Outcome, Stop> {
    let square = matches!(pair, Pair::Square(_));
    // Brackets that belong to a call, a link's target, a LaTeX argument or a placeholder are the text's own. A backslash
    // opens only square ones: `\(` and `\{` are LaTeX's.
    if !square && (open.writing == Writing::Backslash || before.is_some_and(keeps_brackets)) {
        return Err(Stop::Nothing);
    }
    cursor.take(open);
    let mut doubled = false;
    if !square
        && let Some(second) = cursor.peek()?
        && second.class == open.class
        && second.writing == open.writing
    {
        doubled = true;
        cursor.take(second);
    }
    cursor.decorations()?;
    let name = name(&mut cursor)?;
    cursor.decorations()?;
    let ending = ending(&mut cursor)?;
    for _ in 0..=usize::from(doubled) {
        let close = cursor.peek()?.ok_or(Stop::Nothing)?;
        // A backslash before a token that the redactor wrote is the text's own; then the closing bracket has none.
        let is_open_escaped = open.writing == Writing::Backslash;
        if close.class != Class::Close(pair) || is_open_escaped && close.writing != Writing::Backslash {
            return Err(Stop::Nothing);
        }
        cursor.take(close);
    }
    // Brackets that stood around the token when it was written are the text's own: `(EMAIL_01)` dropped its square ones, and
    // of `((EMAIL_01))` the inner ones stand for them.
    let own = bracket_of(pair).is_some_and(|own| known(name.token).unwrap_or_default().has(own));
    if own && (doubled || before != bracket_of(pair).map(Bracket::open)) {
        return Err(Stop::Nothing);
    }
    let found = Match { token: name.token, len: cursor.at, writing: open.writing, ending, link: false };
    let evidence = if square { 2 } else { 1 } + name.separators + u8::from(name.upper) + u8::from(name.leading_zero);
    Ok(judge(found, evidence >= EVIDENCE_MIN, known))
}

const fn bracket_of(pair: Pair) -> Option<Bracket> {
    match pair {
        Pair::Square(_) => None,
        Pair::Round => Some(Bracket::Round),
        Pair::Curly => Some(Bracket::Curly),
        Pair::Angle => Some(Bracket::Angle),
    }
}

/// How much of a token's form must be left inside brackets. Square brackets count 2, others 1; underscores 2, hyphens or
/// nothing 1, spaces 0; capitals 1; a leading zero 1. So `[email_1]`, `(EMAIL_1)`, `[EMAIL 01]` and `[EMAIL12]` are tokens;
/// `[email 1]`, `[AGE 12]`, `(Title 1)` and `(age 12)` may be prose.
const EVIDENCE_MIN: u8 = 4;

/// How many bytes are read does not depend on what the table knows: a text is cut in the same way when it is redacted and
/// when it is restored, which is what makes escaping complete.
fn judge(found: Match, strong: bool, known: &impl Fn(Token) -> Option<Enclosed>) -> Outcome {
    match (strong, known(found.token).is_some()) {
        (true, true) => Outcome::Token(found),
        (true, false) => Outcome::Doubt(found, Doubt::Unknown),
        (false, true) => Outcome::Doubt(found, Doubt::Ambiguous),
        (false, false) => Outcome::Prose(found.len),
    }
}

const fn keeps_brackets(before: char) -> bool {
    before.is_ascii_alphanumeric() || matches!(before, '_' | ']' | ')' | '}' | '$' | '#' | '%' | '@' | '\\')
}

/// A token without brackets: written exactly as inside them, and neither side joins it to something longer.
fn bare(
    mut cursor: Cursor<'_>,
    before: Option<char>,
    known: &impl Fn(Token) -> Option<Enclosed>,
) -> Result<Outcome, Stop> {
    if before.is_some_and(is_word) {
        return Err(Stop::Nothing);
    }
    let name = name(&mut cursor)?;
    let len = cursor.at;
    let mut safe = !before.is_some_and(|c| matches!(c, '-' | '.' | '@' | '$' | '#' | '%' | '\\' | '&'));
    if let Some(after) = cursor.peek()? {
        match after.class {
            Class::Letter(..) | Class::Digit(_) | Class::Underscore => return Err(Stop::Nothing),
            Class::Other(c) if is_word(c) => return Err(Stop::Nothing),
            Class::Other('@' | '=') | Class::Open(Pair::Round) => safe = false,
            // `EMAIL_01.` ends a sentence, `EMAIL_01.txt` names a file, `EMAIL_01-03` is a range.
            Class::Other('.') | Class::Hyphen => {
                cursor.take(after);
                safe &= !matches!(cursor.peek()?, Some(Unit { class: Class::Letter(..) | Class::Digit(_), .. }));
            }
            _ => {}
        }
    }
    let found = Match { token: name.token, len, writing: name.writing, ending: (len, len), link: false };
    Ok(judge(found, safe && name.exact && name.upper && name.canonical, known))
}

/// Whether a character joins what stands beside it to a word. Scripts that write no spaces between words (Thai and all
/// after it in Unicode's order) do not.
fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() && c < '\u{e00}'
}

/// Stem, separator, number.
fn name(cursor: &mut Cursor<'_>) -> Result<Name, Stop> {
    let mut stems = Stems::all();
    let mut separators = 2;
    let (mut exact, mut upper) = (true, true);
    let mut gap = 0;
    let mut writing = Writing::Plain;
    loop {
        let unit = cursor.peek()?.ok_or(Stop::Nothing)?;
        let strength = match unit.class {
            Class::Letter(letter, is_upper) => {
                upper &= is_upper;
                // A missing separator inside the stem is no sign against a token, but it is not its form either.
                exact &= gap == 1 || stems.separator().is_none_or(|joint| joint.letter(letter).is_none());
                stems = stems.letter(letter).ok_or(Stop::Nothing)?;
                gap = 0;
                cursor.take(unit);
                continue;
            }
            Class::Digit(_) => break,
            Class::Underscore => 2,
            Class::Hyphen => 1,
            Class::Space => 0,
            _ => return Err(Stop::Nothing),
        };
        stems = stems.separator().ok_or(Stop::Nothing)?;
        gap += 1;
        if gap > DECORATIONS_MAX {
            return Err(Stop::Nothing);
        }
        separators = strength.min(separators);
        exact &= strength == 2;
        writing = unit.writing;
        cursor.take(unit);
    }
    if gap == 0 {
        separators = separators.min(1);
    }
    exact &= gap == 1;
    let kind = stems.end().ok_or(Stop::Nothing)?;
    let (number, digits, leading_zero) = digits(cursor)?;
    let canonical = digits == 2 && number > 0 || digits > 2 && !leading_zero;
    let token = Token { kind, number };
    Ok(Name { token, separators, exact, upper, canonical, leading_zero: leading_zero && digits == 2, writing })
}

/// A number with how many digits it has and whether the first is zero.
fn digits(cursor: &mut Cursor<'_>) -> Result<(u32, usize, bool), Stop> {
    let (mut number, mut count, mut zero) = (0, 0, false);
    while let Some(unit) = cursor.peek()?
        && let Class::Digit(digit) = unit.class
    {
        zero |= count == 0 && digit == 0;
        count += 1;
        if count > DIGITS_MAX {
            return Err(Stop::Nothing);
        }
        number = number * 10 + u32::from(digit);
        cursor.take(unit);
    }
    Ok((number, count, zero))
}

/// A plural or possessive ending inside the brackets.
fn ending(cursor: &mut Cursor<'_>) -> Result<(usize, usize), Stop> {
    let start = cursor.at;
    if let Some(unit) = cursor.peek()?
        && unit.class == Class::Apostrophe
    {
        cursor.take(unit);
    }
    if let Some(unit) = cursor.peek()?
        && matches!(unit.class, Class::Letter(b'S', _))
    {
        cursor.take(unit);
    }
    Ok((start, cursor.at))
}

/// Whether the target of a Markdown link follows that leads to the same value: `[EMAIL_01](mailto:[EMAIL_01])`. `None`: not
/// to be said yet.
fn is_link(text: &str, whole: bool, token: Token) -> Option<bool> {
    let Some(target) = text.strip_prefix('(') else {
        return (whole || !text.is_empty()).then_some(false);
    };
    let mut waits = false;
    for prefix in LINK_PREFIXES {
        let Some(rest) = target.strip_prefix(prefix) else {
            waits |= !whole && prefix.starts_with(target);
            continue;
        };
        let cursor = Cursor { text: rest, at: 0, whole };
        let inner = match read(rest, whole) {
            Read::Unit(open @ Unit { class: Class::Open(pair @ Pair::Square(_)), .. }) => {
                bracketed(cursor, open, pair, None, &|_| Some(Enclosed::default()))
            }
            Read::Unit(Unit { class: Class::Letter(..), writing: Writing::Plain, .. }) => {
                bare(cursor, None, &|_| Some(Enclosed::default()))
            }
            Read::More => Err(Stop::More),
            _ => Err(Stop::Nothing),
        };
        match inner {
            Ok(Outcome::Token(found)) if found.token == token => return Some(true),
            Err(Stop::More) => waits = true,
            _ => {}
        }
    }
    if waits { None } else { Some(false) }
}
