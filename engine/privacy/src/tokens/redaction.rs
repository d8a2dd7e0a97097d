//! A text with tokens in place of its values.
//!
//! The token of a number in JSON stands in quotes of its own (`{"ssn": 536904399}` becomes `{"ssn": "[US_SSN_01]"}`), so
//! that what is JSON stays JSON. The person's message comes back without them; in a model's answer the value stays the
//! string that the model was shown.

use std::fmt::{self, Write as _};

use conclave_protocol::Span;

use super::kind::{Kind, Token};
use super::{Bracket, Enclosed, Tokens};
use crate::detector::Finding;
use crate::order;
use crate::restorer::{Outcome, Place};
use crate::structured;

/// Rounds of looking for what reads as a token and is none. A round that finds something covers it, and only what touches
/// a new token can read differently then, so two are the rule; after the last one everything is covered.
const ROUNDS_MAX: usize = 8;

/// One value that a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// Where the value stands in the original, in bytes.
    pub original: Span,
    /// Where the token stands in the redacted text, in bytes, with quotes of its own.
    pub redacted: Span,
    /// The token.
    pub token: Token,
    /// Whether it has quotes of its own: the value is a number in JSON.
    pub quoted: bool,
}

/// A redacted text and what was replaced in it, in order, so that both can be shown side by side.
#[derive(Clone, PartialEq, Eq)]
pub struct Redaction {
    text: String,
    replacements: Vec<Replacement>,
    /// Spellings that are not the first of their values, by index of the replacement.
    spellings: Vec<(usize, Box<str>)>,
}

impl Redaction {
    /// Replaces the findings (ordered by place, as [`Redactor::find`](crate::Redactor::find) gives them) and all that looks
    /// like a token. A finding that does not fit the text or overlaps the one before it is left out.
    #[must_use]
    pub fn of(text: &str, findings: &[Finding], tokens: &mut Tokens) -> Self {
        let mut covered: Vec<Covered> = Vec::with_capacity(findings.len());
        let numbers = if findings.is_empty() { Vec::new() } else { structured::numbers(text) };
        for finding in findings {
            let end = covered.last().map_or(0, |covered| covered.span.end);
            if let Some(value) = finding.span.of(text).filter(|value| !value.is_empty() && finding.span.start >= end) {
                let token = tokens.assign(Kind::Value(finding.category), value);
                let quoted = numbers.binary_search_by_key(&finding.span.start, |number| number.start);
                let quoted = quoted.is_ok_and(|at| numbers[at] == finding.span);
                covered.push(Covered { span: finding.span, token, quoted });
            }
        }
        for round in 0..=ROUNDS_MAX {
            let (redacted, replacements) = compose(text, &covered);
            let literals =
                if round < ROUNDS_MAX { misread(&redacted, &replacements) } else { rest(text, &replacements) };
            if literals.is_empty() {
                break;
            }
            for span in literals {
                if let Some(literal) = span.of(text).filter(|literal| !literal.is_empty()) {
                    covered.push(Covered { span, token: tokens.assign(Kind::Literal, literal), quoted: false });
                }
            }
            order::by_place(&mut covered, |covered| covered.span.start);
        }
        let (redacted, replacements) = compose(text, &covered);
        for replacement in &replacements {
            let before = redacted[..replacement.redacted.start].chars().next_back();
            let after = redacted[replacement.redacted.end..].chars().next();
            let around = Bracket::ALL.into_iter().find(|bracket| before == Some(bracket.open()));
            if let Some(bracket) = around.filter(|bracket| after == Some(bracket.close())) {
                tokens.enclose(replacement.token, bracket);
            }
        }
        Self::with_spellings(text, redacted, replacements, tokens)
    }

    fn with_spellings(text: &str, redacted: String, replacements: Vec<Replacement>, tokens: &Tokens) -> Self {
        let spellings = replacements.iter().enumerate().filter_map(|(index, replacement)| {
            let value = replacement.original.of(text)?;
            (tokens.value(replacement.token) != Some(value)).then(|| (index, Box::from(value)))
        });
        Self { spellings: spellings.collect(), text: redacted, replacements }
    }

    /// The redacted text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was replaced, in order.
    #[must_use]
    pub fn replacements(&self) -> &[Replacement] {
        &self.replacements
    }

    /// The tokens in order, each with its spelling where that is not the first one.
    pub(crate) fn written(&self) -> impl Iterator<Item = Written> + '_ {
        let mut spellings = self.spellings.iter().peekable();
        self.replacements.iter().enumerate().map(move |(index, replacement)| {
            let spelling = spellings.next_if(|(at, _)| *at == index).map(|(_, spelling)| spelling.clone());
            Written { token: replacement.token, spelling, quoted: replacement.quoted }
        })
    }
}

/// How a value was written in place of which a token stands.
pub(crate) struct Written {
    pub(crate) token: Token,
    /// Where it is not the first one of the value.
    pub(crate) spelling: Option<Box<str>>,
    /// Whether the token has quotes of its own, which the value has not.
    pub(crate) quoted: bool,
}

/// A stretch of the original that a token stands for.
#[derive(Clone)]
struct Covered {
    span: Span,
    token: Token,
    quoted: bool,
}

/// Hides the text: what no detector knows may stand in it.
impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction").field("replacements", &self.replacements).finish_non_exhaustive()
    }
}

fn compose(text: &str, covered: &[Covered]) -> (String, Vec<Replacement>) {
    let mut out = String::with_capacity(text.len());
    let mut replacements = Vec::with_capacity(covered.len());
    let mut copied = 0;
    for Covered { span, token, quoted } in covered {
        out.push_str(&text[copied..span.start]);
        let start = out.len();
        let quote = if *quoted { "\"" } else { "" };
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{quote}{token}{quote}");
        let redacted = Span::new(start, out.len());
        replacements.push(Replacement { original: *span, redacted, token: *token, quoted: *quoted });
        copied = span.end;
    }
    out.push_str(&text[copied..]);
    (out, replacements)
}

/// Stretches of the original that the restorer would read as tokens or as parts of them, with any table.
fn misread(redacted: &str, replacements: &[Replacement]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut place = Place::default();
    let mut next = 0;
    while let Some((start, outcome)) = place.next(redacted, true, &|_| Some(Enclosed::default())) {
        let span = Span::new(start, place.at);
        while replacements.get(next).is_some_and(|replacement| replacement.redacted.end <= start) {
            next += 1;
        }
        let own = replacements.get(next).filter(|replacement| replacement.redacted.overlaps(&span));
        match (outcome, own) {
            // The brackets would be taken for a link's: cover the bracket of its target.
            (Outcome::Token(read), Some(own)) if own.redacted == span => {
                found.extend(read.link.then(|| Span::new(own.original.end, own.original.end + 1)));
            }
            (Outcome::Token(_), _) | (_, Some(_)) => outside(span, replacements, next, &mut found),
            _ => {}
        }
    }
    // The bracket of a link's target may be that of a token as well: `[EMAIL_01](EMAIL_02)`.
    order::spans(&mut found);
    found.dedup_by(|next, kept| {
        let overlap = next.start < kept.end;
        if overlap {
            kept.end = kept.end.max(next.end);
        }
        overlap
    });
    found
}

/// Adds the parts of a stretch of redacted text that stand in the original as well. `next` is the first replacement that
/// does not end before it.
fn outside(span: Span, replacements: &[Replacement], next: usize, found: &mut Vec<Span>) {
    let (mut at, mut shift) = match next.checked_sub(1).and_then(|index| replacements.get(index)) {
        Some(before) => (before.redacted.end.max(span.start), (before.redacted.end, before.original.end)),
        None => (span.start, (0, 0)),
    };
    let original = |at: usize, (redacted, original): (usize, usize)| at - redacted + original;
    for inner in replacements[next..].iter().take_while(|replacement| replacement.redacted.start < span.end) {
        if at < inner.redacted.start {
            found.push(Span::new(original(at, shift), original(inner.redacted.start, shift)));
        }
        at = inner.redacted.end;
        shift = (inner.redacted.end, inner.original.end);
    }
    if at < span.end {
        found.push(Span::new(original(at, shift), original(span.end, shift)));
    }
}

/// All of the original that no token covers.
fn rest(text: &str, replacements: &[Replacement]) -> Vec<Span> {
    let ends = std::iter::once(0).chain(replacements.iter().map(|replacement| replacement.original.end));
    let starts = replacements.iter().map(|replacement| replacement.original.start).chain(std::iter::once(text.len()));
    ends.zip(starts).map(|(end, start)| Span::new(end, start)).filter(|span| !span.is_empty()).collect()
}
