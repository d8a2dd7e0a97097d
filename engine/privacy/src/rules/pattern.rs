//! A person's own regular expressions, as automata: one table look-up per byte, whatever the pattern.

use conclave_protocol::Span;
use regex_automata::dfa::regex::Regex;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};

use super::RULE_MAX_BYTES;

/// Largest automaton in memory, and while it is made. `[A-Z]{2}-\d{6,12}` takes 10 kB; a pattern whose states multiply is
/// refused within milliseconds.
const TABLE_MAX_BYTES: usize = 256 << 10;
const BUILD_MAX_BYTES: usize = 1 << 20;
const NFA_MAX_BYTES: usize = 128 << 10;
const NEST_MAX: u32 = 24;
/// Longest match. An automaton reads a byte once per search, but `a[^b]*b|a` makes each search read to the end of the text;
/// the limit keeps the whole linear.
const MATCH_MAX_BYTES: usize = 256;

/// One expression.
pub(super) struct Pattern(Regex);

impl Pattern {
    /// The automaton, or a sentence on why there is none.
    pub(super) fn compile(source: &str) -> Result<Self, String> {
        if source.len() > RULE_MAX_BYTES {
            return Err(format!("It has more than {RULE_MAX_BYTES} bytes; shorten it."));
        }
        let syntax = syntax::Config::new().unicode(false).utf8(false).nest_limit(NEST_MAX);
        if syntax::parse_with(source, &syntax).is_err() {
            let reason = "It is no regular expression that can be used; check brackets and escapes. \
                          Look-around and back references do not exist here.";
            return Err(reason.to_owned());
        }
        let dense = dense::Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .start_kind(StartKind::Both)
            // Acceleration searches to the end of the text, not of the window.
            .accelerate(false)
            .dfa_size_limit(Some(TABLE_MAX_BYTES))
            .determinize_size_limit(Some(BUILD_MAX_BYTES));
        let regex = Regex::builder()
            .syntax(syntax)
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(NFA_MAX_BYTES)))
            .dense(dense)
            .build(source)
            .map_err(|_| "It stands for too many cases; write it with smaller repetitions.".to_owned())?;
        if regex.is_match("") {
            return Err("It also matches where there is nothing; ask for at least one character.".to_owned());
        }
        Ok(Self(regex))
    }

    /// All matches, of at most [`MATCH_MAX_BYTES`], widened to whole characters.
    pub(super) fn find(&self, text: &str) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            // What begins in the first half of the window ends inside it.
            let window = Input::new(text).range(at..text.len().min(at + 2 * MATCH_MAX_BYTES));
            match self.0.find(window).filter(|found| found.start() < at + MATCH_MAX_BYTES && !found.is_empty()) {
                Some(one) => {
                    let start = (0..=one.start()).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                    let end = (one.end()..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
                    found.push(Span::new(start, end));
                    at = one.end();
                }
                None => at += MATCH_MAX_BYTES,
            }
        }
        found
    }
}
