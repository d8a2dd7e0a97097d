//! The council: Pathos reads the intent, Logos finds and phrases, Ethos checks, the gate decides.
//!
//! | file | what it holds |
//! |---|---|
//! | [`question`], [`intent`], [`reading`] | what is asked, what is wanted, what the passages say |
//! | [`agent`], [`draft`], [`deliberation`] | what a seat is, what it may say, what has been said |
//! | [`gate`] | the rules, and the only constructor of [`Approved`] |
//! | [`pathos`], [`logos`], [`ethos`] | the seats |
//! | [`faults`] | what must not stand in an answer without sources |
//! | [`council`] | the rounds |
//! | [`text`], [`search`] | words, names and numbers; what to look up for a question |
//! | [`manifest`] | the record of a run and its replay |

pub mod agent;
#[cfg(test)]
mod conformance;
#[expect(clippy::module_inception, reason = "the file holds the type of that name")]
pub mod council;
pub mod deliberation;
pub mod draft;
pub mod error;
pub mod ethos;
pub mod faults;
pub mod gate;
pub mod intent;
pub mod logos;
pub mod manifest;
pub mod pathos;
pub mod question;
pub mod reading;
pub mod search;
#[cfg(test)]
mod tests;
pub mod text;

pub use agent::{Agent, AgentError, Cost, Finding, Opinion};
pub use council::{Call, Council, Deliberated, Models};
pub use deliberation::{Deliberation, Statement};
pub use draft::{Draft, Making};
pub use error::CouncilError;
pub use ethos::RuleEthos;
pub use gate::{Approved, Decision, Gate, Ruling, RulingRecord};
pub use intent::{AnswerKind, Intent, Route, Task};
pub use logos::{QuotingLogos, RetrievingLogos, Writing};
pub use manifest::{Manifest, ReplayError};
pub use pathos::RulePathos;
pub use question::{LibraryFacts, PastTurn, Question};
pub use reading::{Reading, Sentence};
pub use search::{library_words, search_query};
