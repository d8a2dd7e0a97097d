//! A redacted text as a model may have changed it, and what must come back.

use std::fmt::Write as _;
use std::ops::Range;

use conclave_privacy::restorer::Note;
use conclave_privacy::{Kind, Mutation, Redaction, Token};
use conclave_protocol::Category;

/// What is added to the numbers of tokens that must stay: no item has so many values.
const DECOY: u32 = 100_000_000;

/// A changed text.
pub struct Case {
    /// As the model wrote it.
    pub text: String,
    /// As the person must see it.
    pub expected: String,
    /// Where the tokens stand in `text`, in bytes.
    pub places: Vec<Range<usize>>,
    /// The tokens with their values as these must be written, in order.
    values: Vec<(Token, String)>,
}

impl Case {
    /// The redacted text as it is.
    pub fn unchanged(original: &str, redaction: &Redaction) -> Self {
        Self::build(original, redaction, |token, _| token.to_string(), |_, value, _| value.to_owned())
    }

    /// Every token changed in one way; the variants take turns.
    pub fn changed(original: &str, redaction: &Redaction, mutation: Mutation) -> Self {
        let expected = |token: Token, value: &str, index| {
            let (before, after) = mutation.around(index);
            format!("{before}{}{after}", written(mutation, token, value))
        };
        let mut case = Self::build(original, redaction, |token, index| mutation.apply(token, index), expected);
        for (token, value) in &mut case.values {
            *value = written(mutation, *token, value);
        }
        case
    }

    /// The same with numbers that no value has: all must stay as it is.
    pub fn decoy(original: &str, redaction: &Redaction, mutation: Mutation) -> Self {
        let change = |token: Token, index| mutation.apply(Token { number: token.number + DECOY, ..token }, index);
        let mut case = Self::build(original, redaction, change, |_, _, _| String::new());
        case.expected.clone_from(&case.text);
        case.values.clear();
        case
    }

    fn build(
        original: &str,
        redaction: &Redaction,
        change: impl Fn(Token, usize) -> String,
        expect: impl Fn(Token, &str, usize) -> String,
    ) -> Self {
        let mut case = Self { text: String::new(), expected: String::new(), places: Vec::new(), values: Vec::new() };
        let mut copied = 0;
        for (index, replacement) in redaction.replacements().iter().enumerate() {
            let between = original.get(copied..replacement.original.start).unwrap_or_default();
            case.text.push_str(between);
            case.expected.push_str(between);
            let start = case.text.len();
            case.text.push_str(&change(replacement.token, index));
            case.places.push(start..case.text.len());
            let value = replacement.original.of(original).unwrap_or_default();
            case.expected.push_str(&expect(replacement.token, value, index));
            case.values.push((replacement.token, value.to_owned()));
            copied = replacement.original.end;
        }
        let rest = original.get(copied..).unwrap_or_default();
        case.text.push_str(rest);
        case.expected.push_str(rest);
        case
    }
}

/// A value as the writing of its token says that it must be written. Said here a second time, by other means than the
/// restorer's.
fn written(mutation: Mutation, token: Token, value: &str) -> String {
    match mutation {
        Mutation::HtmlEscapes => value
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;"),
        Mutation::JsonEscapes => {
            let quoted = serde_json::Value::from(value).to_string();
            let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
            // What serde_json writes as `\b` and `\f` has a longer form of the same meaning; U+2028 may stand as it is.
            inner
                .replace("\\b", "\\u0008")
                .replace("\\f", "\\u000c")
                .replace('\u{2028}', "\\u2028")
                .replace('\u{2029}', "\\u2029")
        }
        Mutation::PercentEscapes => {
            let keeps_at = token.kind == Kind::Value(Category::Email);
            value.bytes().fold(String::new(), |mut out, byte| {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
                    b'@' if keeps_at => out.push('@'),
                    _ => {
                        let _ = write!(out, "%{byte:02X}");
                    }
                }
                out
            })
        }
        _ => value.to_owned(),
    }
}

/// What came back.
#[derive(Clone, Default)]
pub struct Score {
    /// Cuts that were tried.
    pub splits: usize,
    /// Tokens that had to come back, counted once per cut, and those that did.
    expected: usize,
    restored: usize,
    /// Values that came back in the wrong place.
    pub wrong: usize,
    /// The first cut after which the text was not as it must be.
    pub failed: Option<usize>,
    /// Most bytes held back at once.
    pub held_bytes_max: usize,
    /// Tokens with numbers that nothing has, counted once per cut, and those that were marked.
    pub decoys: usize,
    marked: usize,
}

impl Score {
    /// Adds one way of cutting.
    pub fn judge(&mut self, case: &Case, out: &str, notes: &[Note], split: usize) {
        self.splits += 1;
        self.expected += case.values.len();
        self.decoys += if case.values.is_empty() { case.places.len() } else { 0 };
        self.marked += notes.iter().filter(|note| note.doubt.is_some()).count();
        let mut next = 0;
        for note in notes.iter().filter(|note| note.doubt.is_none()) {
            let rest = case.values.get(next..).unwrap_or_default();
            let at = rest.iter().position(|(token, _)| *token == note.token);
            match at.and_then(|at| rest.get(at).map(|(_, value)| (at, value))) {
                Some((at, value)) if note.span.of(out) == Some(value) => {
                    next += at + 1;
                    self.restored += 1;
                }
                _ => self.wrong += 1,
            }
        }
        if out != case.expected {
            self.failed = self.failed.or(Some(split));
        }
    }

    /// Adds what was counted elsewhere. The first failure stays.
    pub fn add(&mut self, other: &Self) {
        self.splits += other.splits;
        self.expected += other.expected;
        self.restored += other.restored;
        self.wrong += other.wrong;
        self.failed = self.failed.or(other.failed);
        self.held_bytes_max = self.held_bytes_max.max(other.held_bytes_max);
        self.decoys += other.decoys;
        self.marked += other.marked;
    }

    /// Adds what became of tokens that must stay. Marks count for these alone.
    pub fn add_decoys(&mut self, decoys: &Self) {
        self.splits += decoys.splits;
        self.wrong += decoys.wrong;
        self.held_bytes_max = self.held_bytes_max.max(decoys.held_bytes_max);
        self.decoys = decoys.decoys;
        self.marked = decoys.marked;
    }

    /// Share of tokens whose value came back.
    pub fn restored_share(&self) -> f64 {
        share(self.restored, self.expected)
    }

    /// Share of tokens with made-up numbers that were marked.
    pub fn decoys_marked_share(&self) -> f64 {
        share(self.marked, self.decoys)
    }
}

/// Part of a whole; all of nothing.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
