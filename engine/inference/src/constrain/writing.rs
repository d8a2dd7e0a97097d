//! An answer of a given form while it is written.

use llguidance::Matcher;
use llguidance::toktrie::{SimpleVob, TokEnv};

use super::constraint_error;
use crate::InferenceError;
use crate::sampling::Sampler;

/// How the library's error begins where no token can come next ([`llguidance::api::StopReason::NoExtensionBias`]).
const NO_TOKEN: &str = "NoExtensionBias";

/// Longest fault in characters: some quote the schema.
const FAULT_MAX: usize = 200;

/// Most tokens that can be beginnings of one text: more are never compared.
const BEGINNINGS_MAX: usize = 32;

/// An answer of a given form while it is written.
pub struct Writing {
    matcher: Matcher,
    tokens: TokEnv,
    /// What may come next, where it was looked at already.
    next: Option<SimpleVob>,
}

impl Writing {
    pub(super) fn new(mut matcher: Matcher, tokens: TokEnv) -> Result<Self, InferenceError> {
        if let Some(error) = matcher.get_error() {
            return Err(constraint_error(fault(&error)));
        }
        // What would be ignored is refused.
        match matcher.grammar_warnings().first() {
            Some(warning) => Err(constraint_error(fault(warning))),
            None => Ok(Self { matcher, tokens, next: None }),
        }
    }

    /// Whether the answer is whole and nothing may follow.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.matcher.is_stopped() && !self.matcher.is_error()
    }

    /// The next token by the sampler's rule, out of those that the form allows, or an end where it allows that; `logits` has
    /// one number per token of the vocabulary, and the answer is not whole.
    ///
    /// # Errors
    /// [`InferenceError::Constraint`] where the form became too complex, or the vocabulary has no token to go on with.
    pub fn choose(&mut self, sampler: &Sampler, logits: &[f32], written: &[u32]) -> Result<u32, InferenceError> {
        let allowed = match self.next.take() {
            Some(allowed) => allowed,
            None => self.allowed()?,
        };
        let token = sampler.choose(&masked(logits, &allowed), written);
        // Where no allowed token has a probability, because the logits are no numbers, any of them will do.
        let any = || allowed.iter().next().ok_or_else(|| stuck(NO_TOKEN));
        if allowed.is_allowed(token) { Ok(token) } else { any() }
    }

    /// Goes on behind a token that [`Writing::choose`] gave and that is no end. Returns the tokens after it that leave no
    /// choice, `most` at most, as if they had been chosen too.
    ///
    /// # Errors
    /// See [`Writing::choose`]; also where the form does not allow the token.
    pub fn take(&mut self, token: u32, most: usize) -> Result<Vec<u32>, InferenceError> {
        self.advance(token)?;
        let mut forced = Vec::new();
        while forced.len() < most && !self.matcher.is_stopped() {
            let allowed = self.allowed()?;
            let Some(token) = self.only(&allowed) else {
                self.next = Some(allowed);
                break;
            };
            self.advance(token)?;
            forced.push(token);
        }
        Ok(forced)
    }

    fn allowed(&mut self) -> Result<SimpleVob, InferenceError> {
        self.matcher.compute_mask().map_err(|error| stuck(&error.to_string()))
    }

    fn advance(&mut self, token: u32) -> Result<(), InferenceError> {
        self.next = None;
        self.matcher.consume_token(token).map_err(|error| stuck(&error.to_string()))
    }

    /// The longest token, where all others are beginnings of it: whichever is chosen, its bytes come next.
    fn only(&self, allowed: &SimpleVob) -> Option<u32> {
        if allowed.num_set() > BEGINNINGS_MAX {
            return None;
        }
        let bytes = |token: &u32| self.tokens.tok_trie().token(*token);
        let longest = allowed.iter().max_by_key(|token| bytes(token).len())?;
        // An end has no bytes and is a choice.
        let is_beginning = |token: u32| !bytes(&token).is_empty() && bytes(&longest).starts_with(bytes(&token));
        allowed.iter().all(is_beginning).then_some(longest)
    }
}

/// Why the library cannot go on.
fn stuck(error: &str) -> InferenceError {
    if error.starts_with(NO_TOKEN) {
        return constraint_error("the model's vocabulary has no token to go on with");
    }
    constraint_error(fault(error))
}

/// The logits of what is allowed; the others can not be chosen by any rule.
fn masked(logits: &[f32], allowed: &SimpleVob) -> Vec<f32> {
    let mut masked = vec![f32::NEG_INFINITY; logits.len()];
    allowed.iter_set_entries(|token| {
        if let (Some(to), Some(from)) = (masked.get_mut(token), logits.get(token)) {
            *to = *from;
        }
    });
    masked
}

/// The fault in what the library says: its errors go on with its state, and those of regular expressions begin with a drawing.
fn fault(error: &str) -> String {
    let named = error.lines().find_map(|line| line.trim().strip_prefix("error: "));
    let fault = named.or(error.lines().next()).unwrap_or_default();
    fault.chars().take(FAULT_MAX).collect()
}
