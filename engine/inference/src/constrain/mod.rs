//! Answers of a given form: a JSON schema or a regular expression says which tokens may come next.
//!
//! The grammar is matched by [llguidance](https://docs.rs/llguidance): derivatives of regular expressions for the lexer, Earley's
//! algorithm above it, and a walk of both over a trie of the vocabulary's bytes. What may come next is the same whatever
//! the tokens are, so every answer that ends by itself has the form; one that `max_tokens` or a stop text cuts short is a
//! beginning of it.

mod tokens;
mod writing;

use llguidance::api::{GrammarInit, ParserLimits, TopLevelGrammar};
use llguidance::{JsonCompileOptions, Matcher, ParserFactory};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::InferenceError;
use crate::text::Vocabulary;
use tokens::tokens;
pub use writing::Writing;

/// The form of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Constraint {
    /// A JSON text that a schema (draft 2020-12) allows, on one line, with one space behind commas and colons. The schema is
    /// an object; its properties come in its order. A keyword that cannot be held to (`oneOf`, `not`, `uniqueItems`, `if` and
    /// other rare ones) is refused instead of ignored.
    JsonSchema(String),
    /// A text that a regular expression matches from beginning to end, in the syntax of the crate `regex` without word
    /// boundaries.
    Regex(String),
}

/// Longest schema or regular expression in bytes. The largest that answers of small models follow have some thousand.
const TEXT_MAX: usize = 64 << 10;

/// Largest `multipleOf`, counted in units of its last digit: every remainder is a state, and 1,234,567 of them take half a minute.
const STEP_MAX: f64 = 10_000.0;

/// What a grammar may cost: some 40 MB, where llguidance's own limits would allow 500.
const LIMITS: ParserLimits = ParserLimits {
    max_items_in_row: 2_000,
    // 50,000 a millisecond natively.
    initial_lexer_fuel: 1_000_000,
    step_lexer_fuel: 200_000,
    step_max_items: 50_000,
    // One to two kilobytes each.
    max_lexer_states: 20_000,
    max_grammar_size: 100_000,
    // Walks the whole vocabulary for every large expression before the first token, also for those that never come up.
    precompute_large_lexemes: false,
    // Errors would quote the tokens so far.
    verbose_errors: false,
};

/// Compiles constraints for one vocabulary.
pub struct Grammars(ParserFactory);

impl Grammars {
    /// Sorts the vocabulary's tokens, once for all constraints.
    ///
    /// # Errors
    /// [`InferenceError::Constraint`] where the vocabulary is too large for it.
    pub fn new(vocabulary: &Vocabulary) -> Result<Self, InferenceError> {
        let tokens = tokens(vocabulary)?;
        let mut factory = ParserFactory::new_simple(&tokens).map_err(constraint_error)?;
        *factory.limits_mut() = LIMITS;
        factory.quiet();
        Ok(Self(factory))
    }

    /// The beginning of an answer of this form.
    ///
    /// # Errors
    /// [`InferenceError::Constraint`] names what is wrong with the schema or the expression, or which limit it exceeds.
    pub fn begin(&self, constraint: &Constraint) -> Result<Writing, InferenceError> {
        let grammar = GrammarInit::Serialized(grammar(constraint)?);
        let parser = self.0.create_parser_from_init_default(grammar);
        Writing::new(Matcher::new(parser), self.0.tok_env().clone())
    }
}

fn grammar(constraint: &Constraint) -> Result<TopLevelGrammar, InferenceError> {
    let (Constraint::JsonSchema(text) | Constraint::Regex(text)) = constraint;
    if text.len() > TEXT_MAX {
        return Err(constraint_error(format!("it has {} bytes, allowed are {TEXT_MAX}", text.len())));
    }
    match constraint {
        Constraint::JsonSchema(schema) => {
            let mut schema: Value = serde_json::from_str(schema).map_err(constraint_error)?;
            if !schema.is_object() {
                return Err(constraint_error("the schema is not a JSON object"));
            }
            check_steps(&schema)?;
            // Written as most JSON that models have read; free white space would let a small model write nothing else.
            let form = JsonCompileOptions {
                item_separator: ", ".to_owned(),
                key_separator: ": ".to_owned(),
                whitespace_flexible: false,
                ..JsonCompileOptions::default()
            };
            form.apply_to(&mut schema);
            Ok(TopLevelGrammar::from_json_schema(schema))
        }
        Constraint::Regex(expression) => Ok(TopLevelGrammar::from_regex(expression)),
    }
}

/// Looks for a `multipleOf` above [`STEP_MAX`].
fn check_steps(schema: &Value) -> Result<(), InferenceError> {
    match schema {
        Value::Object(entries) => entries.iter().try_for_each(|(key, value)| match value {
            Value::Number(step) if key == "multipleOf" => {
                let written = step.to_string();
                let digits = written.split(['e', 'E']).next().unwrap_or_default().replace('.', "");
                let units = digits.parse::<f64>().unwrap_or(f64::INFINITY).max(step.as_f64().unwrap_or(f64::INFINITY));
                if units > STEP_MAX {
                    return Err(constraint_error(format!("multipleOf is {step}, of which too many digits count")));
                }
                Ok(())
            }
            value => check_steps(value),
        }),
        Value::Array(values) => values.iter().try_for_each(check_steps),
        _ => Ok(()),
    }
}

fn constraint_error(error: impl std::fmt::Display) -> InferenceError {
    InferenceError::Constraint(error.to_string())
}

#[cfg(test)]
mod tests;
