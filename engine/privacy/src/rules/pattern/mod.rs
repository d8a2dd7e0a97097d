//! A person's own regular expressions, as automata: one table look-up per byte, whatever the pattern.
//!
//! An automaton for the end of a match and one that goes back from there to its beginning, as in RE2 (Cox, "Regular Expression
//! Matching in the Wild", 2010). It is our own because the crates for it are a quarter of the program in the browser.

mod automaton;
mod bytes;
mod class;
mod parse;
mod program;
#[cfg(test)]
mod tests;

use conclave_protocol::Span;

use self::automaton::Automaton;
use self::program::Program;
use super::RULE_MAX_BYTES;

/// Longest match. An automaton reads a byte once per search, but `a[^b]*b|a` makes each search read to the end of the text;
/// the limit keeps the whole linear.
const MATCH_MAX_BYTES: usize = 256;

/// One expression.
pub(super) struct Pattern {
    forwards: Automaton,
    backwards: Automaton,
}

impl Pattern {
    /// The automata, or a sentence on why there are none.
    pub(super) fn compile(source: &str) -> Result<Self, String> {
        if source.len() > RULE_MAX_BYTES {
            return Err(format!("It has more than {RULE_MAX_BYTES} bytes; shorten it."));
        }
        let Some(node) = parse::parse(source) else {
            let reason = "It is no regular expression that can be used; check brackets and escapes. \
                          Look-around and back references do not exist here.";
            return Err(reason.to_owned());
        };
        if node.may_be_empty() {
            return Err("It also matches where there is nothing; ask for at least one character.".to_owned());
        }
        let forwards = Program::forwards(&node).and_then(|program| Automaton::new(&program, true));
        let backwards = Program::backwards(&node).and_then(|program| Automaton::new(&program, false));
        match (forwards, backwards) {
            (Some(forwards), Some(backwards)) => Ok(Self { forwards, backwards }),
            _ => Err("It stands for too many cases; write it with smaller repetitions.".to_owned()),
        }
    }

    /// All matches, of at most [`MATCH_MAX_BYTES`], widened to whole characters.
    pub(super) fn find(&self, text: &str) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            // What begins in the first half of the window ends inside it.
            let to = text.len().min(at + 2 * MATCH_MAX_BYTES);
            match self.first(text.as_bytes(), at, to).filter(|(start, _)| *start < at + MATCH_MAX_BYTES) {
                Some((from, to)) => {
                    let start = (0..=from).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                    let end = (to..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
                    found.push(Span::new(start, end));
                    at = to;
                }
                None => at += MATCH_MAX_BYTES,
            }
        }
        found
    }

    /// The match that begins first in a stretch.
    fn first(&self, text: &[u8], from: usize, to: usize) -> Option<(usize, usize)> {
        let end = self.forwards.end(text, from, to)?;
        let start = self.backwards.begin(text, from, end)?;
        (start < end).then_some((start, end))
    }
}
