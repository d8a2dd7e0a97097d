//! Puts values back in place of tokens while text streams in.
//!
//! # What models make of tokens
//! The closed set of changes that are undone; the names are those of the suite `roundtrip` ([`Mutation`] makes them):
//!
//! | name | a model writes | comes back |
//! |---|---|---|
//! | `letter_case` | `[email_01]`, `[Email_01]` | the value |
//! | `dropped_brackets` | `EMAIL_01` | the value; only with capitals, underscores and all digits, and not where a longer word, a file name, a variable (`$EMAIL_01`), a call or a range begins or ends with it |
//! | `round_brackets` | `(EMAIL_01)`, `（EMAIL_01）` | the value |
//! | `curly_brackets` | `{EMAIL_01}`, `{{EMAIL_01}}` | the value |
//! | `angle_brackets` | `<EMAIL_01>`, `<<EMAIL_01>>` | the value |
//! | `white_brackets` | `⟦EMAIL_01⟧`, `【EMAIL_01】`, `〔EMAIL_01〕`, `⟨EMAIL_01⟩` | the value |
//! | `full_width` | `［EMAIL_01］`, `［ＥＭＡＩＬ＿０１］` | the value |
//! | `markup_around` | `**[EMAIL_01]**`, `~~[EMAIL_01]~~` | the value between the signs |
//! | `markup_inside` | `[**EMAIL_01**]`, ``[`EMAIL_01`]`` | the value |
//! | `code_around` | `` `[EMAIL_01]` `` | the value between the backticks |
//! | `escaped_underscore` | `[EMAIL\_01]` | the value |
//! | `escaped_brackets` | `\[EMAIL\_01\]` | the value |
//! | `html_escapes` | `&#91;EMAIL_01&#93;`, `&lsqb;EMAIL&lowbar;01&rsqb;` | the value, escaped for HTML |
//! | `json_escapes` | `\u005bEMAIL_01\u005d` | the value, escaped for JSON |
//! | `percent_escapes` | `%5BEMAIL_01%5D` | the value, escaped for a URL |
//! | `inner_spaces` | `[ EMAIL_01 ]`, any Unicode space, zero-width ones | the value |
//! | `space_separator` | `[EMAIL 01]`, any Unicode space | the value |
//! | `hyphen_separator` | `[EMAIL-01]`, any Unicode dash, or `[EMAIL01]` | the value |
//! | `dropped_zero` | `[EMAIL_1]` | the value |
//! | `word_ending` | `[EMAIL_01]'s`, `[EMAIL_01]s`, `[EMAIL_01's]` | the value and the ending |
//!
//! Changes combine as long as enough of the form is left to tell a token from prose: square brackets and their kin count 2,
//! other brackets 1; underscores 2, hyphens or nothing 1, spaces 0; capitals 1; a leading zero 1; 4 are needed. Round,
//! curly and angle brackets stay where they belong to a call, a link's target or a LaTeX argument (`f(EMAIL_01)`,
//! `[text](EMAIL_01)`, `\textbf{EMAIL_01}`) and where the token stood in such brackets when it was sent (`([EMAIL_01])`). The brackets of `[EMAIL_01](mailto:[EMAIL_01])` stay as those of a link.
//!
//! # What is never done
//! The number is read exactly: `[EMAIL_1]`, `[EMAIL_10]` and `[EMAIL_012]` are 1, 10 and 12, wherever a chunk ends. What
//! has no value, may be prose, or would break the place where it stands stays visible, and a [`Note`] tells where and why.
//! A value that looks like a token is not read again.
//!
//! # Streams
//! The restorer reads the *text* that a model writes. A server-sent event's JSON is decoded first
//! (`conclave_providers::Codec`), and what its delta holds is pushed: a token may be cut anywhere, inside a character too,
//! and the output is the same. A tool call's arguments are themselves JSON that streams: [`Landing::Json`]. Held back is
//! only what may still become a token, at most [`HELD_MAX_BYTES`]; the time is linear in the input.

mod form;
mod landing;
mod markdown;
mod mutation;
mod scan;
mod stems;
mod unit;

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::fmt;

use conclave_protocol::Span;

use self::form::{Match, TOKEN_MAX_BYTES};
use self::landing::Ground;
use self::scan::CONTEXT_BYTES;
use crate::tokens::{Enclosed, Redaction, Token, Tokens, Written};

pub use self::form::Doubt;
pub(crate) use self::form::Outcome;
pub use self::landing::Landing;
pub use self::mutation::Mutation;
pub(crate) use self::scan::Place;

/// Most bytes that are held back between two pushes: a token and, where it may be the text of a Markdown link, the link's
/// target up to the same token; each may end in a character reference (at most 16 bytes); then the first bytes of a
/// character. Before all of it, the quote of a token that stands for a number in JSON.
pub const HELD_MAX_BYTES: usize = 1 + 2 * (TOKEN_MAX_BYTES + 16) + 16 + 3;

/// A place in the output where a token was, or still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// In bytes of all output so far.
    pub span: Span,
    /// Which token.
    pub token: Token,
    /// `None`: its value stands there now. Else why it does not.
    pub doubt: Option<Doubt>,
}

/// The tokens in a text, as a restorer reads them that has a value for every number.
pub fn tokens_in(text: &str) -> impl Iterator<Item = (Span, Token)> + '_ {
    let mut place = Place::default();
    std::iter::from_fn(move || {
        loop {
            let (start, outcome) = place.next(text, true, &|_| Some(Enclosed::default()))?;
            if let Outcome::Token(found) = outcome {
                return Some((Span::new(start, start + found.len), found.token));
            }
        }
    })
}

/// Restores one stream of text. `T` is how it holds the table: `&Tokens`, `Rc<Tokens>` or [`Tokens`] itself.
pub struct Restorer<T: Borrow<Tokens> = Tokens> {
    tokens: T,
    ground: Ground,
    /// What the message's own tokens stand for, in order.
    own: VecDeque<Written>,
    /// The next byte is the quote behind a token that has quotes of its own.
    closes: bool,
    /// The first bytes of a character that has not come whole.
    cut: Vec<u8>,
    /// What was given out last (as surroundings), then what is held back.
    text: String,
    place: Place,
    /// Bytes given out.
    written: usize,
    notes: Vec<Note>,
}

impl<T: Borrow<Tokens>> Restorer<T> {
    /// Restores an answer: each value comes back as it was first written.
    #[must_use]
    pub fn new(tokens: T, landing: Landing) -> Self {
        Self {
            tokens,
            ground: Ground::of(landing),
            own: VecDeque::new(),
            closes: false,
            cut: Vec::new(),
            text: String::new(),
            place: Place::default(),
            written: 0,
            notes: Vec::new(),
        }
    }

    /// Restores a message of the person's own: each value comes back as it was written there.
    #[must_use]
    pub fn of_message(tokens: T, landing: Landing, message: &Redaction) -> Self {
        Self { own: message.written().collect(), ..Self::new(tokens, landing) }
    }

    /// Takes the next bytes of the stream and gives what can be shown. Bytes that are no UTF-8 become U+FFFD.
    pub fn push(&mut self, chunk: impl AsRef<[u8]>) -> String {
        self.decode(chunk.as_ref(), false);
        self.restore(false)
    }

    /// The rest, once nothing more comes. The restorer is ready for another text then.
    pub fn finish(&mut self) -> String {
        self.decode(&[], true);
        let rest = self.restore(true);
        self.text.clear();
        self.place = Place::default();
        rest
    }

    /// Bytes that were pushed and whose output is not decided.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.text.len() - self.place.at + self.cut.len()
    }

    /// Where tokens were found, in order.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Adds bytes to the text. Bytes at the end that are no character, at most three, may be the first of one: they wait.
    fn decode(&mut self, chunk: &[u8], last: bool) {
        let mut joined = std::mem::take(&mut self.cut);
        let bytes = if joined.is_empty() {
            chunk
        } else {
            joined.extend_from_slice(chunk);
            &joined
        };
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(part) = chunks.next() {
            self.text.push_str(part.valid());
            let invalid = part.invalid();
            if !invalid.is_empty() && !last && chunks.peek().is_none() {
                self.cut = invalid.to_vec();
            } else if !invalid.is_empty() {
                self.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    /// Gives out all that is decided.
    fn restore(&mut self, last: bool) -> String {
        let text = std::mem::take(&mut self.text);
        let mut out = String::with_capacity(text.len() - self.place.at + 64);
        self.close(&text);
        let mut copied = self.place.at;
        let mut place = self.place;
        let mut held = text.len();
        loop {
            let tokens: &Tokens = self.tokens.borrow();
            let Some((start, outcome)) = place.next(&text, last, &|token| tokens.enclosed(token)) else { break };
            let quoted = self.is_quoted(&text[copied..start], &outcome);
            self.pass(&mut out, &text[copied..start - usize::from(quoted)]);
            copied = start;
            match outcome {
                Outcome::More => {
                    held = start - usize::from(quoted);
                    copied = held;
                    break;
                }
                Outcome::Token(found) if quoted => {
                    self.put_number(&mut out, found);
                    self.place = place;
                    self.closes = true;
                    self.close(&text);
                    place = self.place;
                }
                Outcome::Token(found) => self.put(&mut out, &text[start..place.at], found),
                Outcome::Doubt(found, doubt) => self.leave(&mut out, &text[start..place.at], found, doubt),
                Outcome::Prose(_) | Outcome::Nothing => continue,
            }
            copied = place.at;
        }
        // A quote that may belong to the next token waits with it.
        let waits = !last && self.own.front().is_some_and(|next| next.quoted) && text[copied..held].ends_with('"');
        held -= usize::from(waits);
        self.pass(&mut out, &text[copied..held]);
        // The surroundings of what comes next stay, back to the last token.
        let mut keep = held.saturating_sub(CONTEXT_BYTES).max(place.context.min(held));
        while !text.is_char_boundary(keep) {
            keep += 1;
        }
        self.place = Place { at: held - keep, context: 0 };
        self.text = text;
        self.text.drain(..keep);
        out
    }

    /// Gives out text that is no token.
    fn pass(&mut self, out: &mut String, text: &str) {
        self.ground.pass(text);
        self.written += text.len();
        out.push_str(text);
    }

    /// Gives out the value of a token.
    fn put(&mut self, out: &mut String, raw: &str, found: Match) {
        let spelling = match self.own.front() {
            Some(next) if next.token == found.token => self.own.pop_front().and_then(|written| written.spelling),
            _ => None,
        };
        let first = self.tokens.borrow().value(found.token).map(str::to_owned);
        let value = spelling.map(String::from).or(first).unwrap_or_default();
        let Some(landed) = self.ground.write(found.token.kind, &value, found.writing) else {
            return self.leave(out, raw, found, Doubt::Place);
        };
        if found.link {
            self.pass(out, "[");
        }
        let start = self.written;
        self.pass(out, &landed);
        self.notes.push(Note { span: Span::new(start, self.written), token: found.token, doubt: None });
        self.pass(out, if found.link { "]" } else { &raw[found.ending.0..found.ending.1] });
    }

    /// Whether a token has quotes of its own, the first of which ends what stands before it.
    fn is_quoted(&self, before: &str, outcome: &Outcome) -> bool {
        let Outcome::Token(found) = outcome else {
            // The token may still come.
            return matches!(outcome, Outcome::More)
                && before.ends_with('"')
                && self.own.front().is_some_and(|next| next.quoted);
        };
        before.ends_with('"') && self.own.front().is_some_and(|next| next.quoted && next.token == found.token)
    }

    /// Gives out the number that stood in place of a token with quotes of its own.
    fn put_number(&mut self, out: &mut String, found: Match) {
        let Some(written) = self.own.pop_front() else { return };
        let first = self.tokens.borrow().value(found.token).map(str::to_owned);
        let value = written.spelling.map(String::from).or(first).unwrap_or_default();
        let start = self.written;
        self.pass(out, &value);
        self.notes.push(Note { span: Span::new(start, self.written), token: found.token, doubt: None });
    }

    /// Leaves out the quote behind such a token, once it has come.
    fn close(&mut self, text: &str) {
        if self.closes && text.len() > self.place.at {
            self.closes = false;
            self.place.at += usize::from(text[self.place.at..].starts_with('"'));
        }
    }

    /// Gives out a token as it is.
    fn leave(&mut self, out: &mut String, raw: &str, found: Match, doubt: Doubt) {
        let start = self.written;
        self.pass(out, raw);
        self.notes.push(Note { span: Span::new(start, self.written), token: found.token, doubt: Some(doubt) });
    }
}

/// Hides the values.
impl<T: Borrow<Tokens>> fmt::Debug for Restorer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restorer")
            .field("landing", &self.ground)
            .field("held_bytes", &self.held_bytes())
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}
