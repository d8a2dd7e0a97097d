//! The record of a run, and its replay.
//!
//! A replay asks the rules again: Pathos reads the recorded question, Ethos and Pathos judge the recorded drafts, the
//! gate decides. Models are not asked: what they measured (the sentences' similarities) and wrote (the drafts) is
//! recorded. A record that was changed afterwards comes to another ruling, or to the same one for reasons that differ
//! from the recorded ones, and either is reported.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use conclave_protocol::{ManifestId, Position, Seat};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::agent::{Agent, AgentError, Finding, Opinion};
use super::deliberation::{Deliberation, Statement};
use super::ethos::RuleEthos;
use super::gate::{Decision, Gate, RulingRecord};
use super::pathos::RulePathos;
use super::question::Question;
use super::reading::Reading;

/// Everything that a run's verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Identity.
    pub id: ManifestId,
    /// Version of the rules of Pathos, Ethos and the gate.
    pub rules: u32,
    /// Time of the run, Unix milliseconds.
    pub started_ms: u64,
    /// SHA-256 of the JSON of question and reading, hexadecimal.
    pub inputs_sha256: String,
    /// The question with passages and library facts.
    pub question: Question,
    /// The sentences and what was measured on them.
    pub reading: Reading,
    /// Name of the generator, where one was loaded.
    pub generator: Option<String>,
    /// The gate's settings.
    pub gate: Gate,
    /// Everything said, in order: drafts, prompts, positions, reasons.
    pub statements: Vec<Statement>,
    /// The ruling.
    pub ruling: RulingRecord,
}

/// Why a manifest does not replay.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ReplayError {
    /// The record was made by other rules. Read it, but do not expect its verdict from these rules.
    #[error("the record was made by rules {recorded}, these are rules {}", Manifest::RULES)]
    OtherRules {
        /// Version in the record.
        recorded: u32,
    },
    /// The question, passages or measurements are not those that were hashed. Do not trust the record.
    #[error("the recorded inputs were changed after the run")]
    InputsChanged,
    /// A seat's rules now say something else than is recorded. Do not trust the record.
    #[error("{} said something else in round {round}", seat.name())]
    SaidOtherwise {
        /// Which seat.
        seat: Seat,
        /// In which round.
        round: u32,
    },
    /// The rules come to another ruling. Do not trust the record.
    #[error("the rules come to another ruling than the recorded one")]
    RuledOtherwise {
        /// What the rules say.
        replayed: Box<RulingRecord>,
    },
    /// The record ends before the gate could rule.
    #[error("the record ends before the gate could rule")]
    Incomplete,
    /// A seat has no opinion on the record.
    #[error("a seat could not be asked again: {0}")]
    Seat(#[from] AgentError),
}

impl Manifest {
    /// Version of the format.
    pub const FORMAT: u32 = 1;
    /// Version of the rules; raised with every change that can change a verdict.
    pub const RULES: u32 = 2;

    /// SHA-256 of the JSON of question and reading, hexadecimal.
    #[must_use]
    pub fn hash_of(question: &Question, reading: &Reading) -> String {
        // Strings, numbers and string-keyed maps always serialise; an empty hash would only fail the comparison.
        serde_json::to_vec(&(question, reading)).map(|json| hex::encode(Sha256::digest(json))).unwrap_or_default()
    }

    /// Runs the rules again over the recorded inputs and drafts.
    ///
    /// # Errors
    /// [`ReplayError`] where they do not come to the recorded ruling in the recorded way.
    pub fn replay(&self) -> Result<RulingRecord, ReplayError> {
        if self.rules != Self::RULES {
            return Err(ReplayError::OtherRules { recorded: self.rules });
        }
        if Self::hash_of(&self.question, &self.reading) != self.inputs_sha256 {
            return Err(ReplayError::InputsChanged);
        }
        let mut so_far = Deliberation::unwatched(self.reading.clone());
        let mut differs = None;
        let mut statements = self.statements.iter().peekable();
        while let Some(said) = statements.next() {
            if said.round != so_far.round() {
                return Err(ReplayError::Incomplete);
            }
            let opinion = self.ask_again(said, &so_far)?;
            if !agrees(&opinion, &said.opinion) && differs.is_none() {
                differs = Some(ReplayError::SaidOtherwise { seat: said.seat, round: said.round });
            }
            so_far.record(said.seat, said.implementation.clone(), opinion);
            if statements.peek().is_some_and(|next| next.round == said.round) {
                continue;
            }
            match self.gate.decide(&so_far, &self.id) {
                Decision::NextRound => so_far.next_round(),
                Decision::Final(ruling) => {
                    let replayed = ruling.record();
                    return if replayed != self.ruling || statements.peek().is_some() {
                        Err(ReplayError::RuledOtherwise { replayed: Box::new(replayed) })
                    } else {
                        differs.map_or(Ok(replayed), Err)
                    };
                }
            }
        }
        Err(ReplayError::Incomplete)
    }

    /// What the seat's rules say now. Logos is not asked: what it wrote is what is judged.
    fn ask_again(&self, said: &Statement, so_far: &Deliberation) -> Result<Opinion, ReplayError> {
        let agent: &dyn Agent = match said.seat {
            Seat::Logos => return Ok(said.opinion.clone()),
            Seat::Pathos => &RulePathos,
            Seat::Ethos => &RuleEthos::default(),
        };
        // The rules wait for nothing: their future is ready at the first poll.
        let mut future = pin!(agent.consider(&self.question, so_far));
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(opinion) => Ok(opinion?),
            Poll::Pending => Err(ReplayError::Incomplete),
        }
    }
}

/// Whether two opinions say the same; their cost is not part of it.
fn agrees(replayed: &Opinion, recorded: &Opinion) -> bool {
    let plain = |opinion: &Opinion| -> (Position, Vec<String>, Finding) {
        (opinion.position, opinion.reasons.clone(), opinion.finding.clone())
    };
    plain(replayed) == plain(recorded)
}
