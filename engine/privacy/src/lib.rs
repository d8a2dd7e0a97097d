//! Finds personal data and secrets in text, and names the token that would stand in their place.
//!
//! Pipeline: the text gets a shadow in which every value has one spelling, and which knows the way back. On it, one
//! pass of a filter finds the *anchors* of detectors (a key's prefix, the `@` of an address, `://`), passes over digits find
//! numbers and identifiers, and one over words finds names; each hit runs a small hand-written scanner over a bounded
//! neighbourhood; validators (Luhn, numbering plans, check digits, decodable headers, entropy) and the words around it decide;
//! overlapping finds are united under the stronger kind. Stretches in base 64 are read in the same way, and so are lines that
//! a break may have cut. No step looks at more than a constant number of bytes per anchor without consuming them, so the time
//! is linear in the text. The shapes are data ([`shape`]); regular expressions are a person's own alone ([`rules`]).
//!
//! - [`Redactor`] is the face: [`Redactor::find`] detects, [`Redactor::marks`] adds tokens.
//! - [`Tokens`] gives one value one token; [`Redaction`] is a text with tokens in place of its values.
//! - [`Restorer`] puts the values back while an answer streams in; [`restorer`] lists the twenty changes of tokens that it
//!   undoes.
//! - [`Journal`] is the one way to log; nothing gets into it that was not redacted.
//! - [`detector`] lists what is looked for.

pub mod alphabet;
mod anchors;
mod boundary;
mod bytes;
mod card;
mod case;
pub mod detector;
mod email;
mod entropy;
pub mod error;
mod focus;
pub mod hints;
mod identifiers;
mod ip;
pub mod journal;
pub mod names;
mod numbers;
mod order;
mod overlap;
mod phone;
mod range_coder;
pub mod redactor;
pub mod restorer;
pub mod review;
pub mod rules;
mod runs;
pub mod secrets;
mod shadow;
pub mod shape;
mod ssn;
mod structured;
pub mod tokens;
mod uuid;
mod web;

pub use detector::{Detector, Finding, Strength};
pub use error::PrivacyError;
pub use hints::Hints;
pub use journal::{Journal, Part};
pub use redactor::Redactor;
pub use restorer::{Landing, Mutation, Restorer};
pub use rules::Rules;
pub use tokens::{Kind, Redaction, Token, Tokens};
