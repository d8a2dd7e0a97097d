//! What has been said so far.

use std::rc::Rc;

use conclave_inference::Pulse;
use conclave_protocol::{Seat, TraceEvent};
use serde::{Deserialize, Serialize};

use super::agent::{Finding, Opinion};
use super::draft::Draft;
use super::intent::Intent;
use super::reading::Reading;

/// One opinion with who gave it and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Who.
    pub seat: Seat,
    /// Which implementation.
    pub implementation: String,
    /// Round, from 1.
    pub round: u32,
    /// What was said.
    pub opinion: Opinion,
}

/// What has been said so far, and the way to those who wait: agents read it, the council alone writes it.
pub struct Deliberation {
    reading: Reading,
    statements: Vec<Statement>,
    round: u32,
    pulse: Pulse,
    sink: Rc<dyn Fn(TraceEvent)>,
}

impl Deliberation {
    /// A deliberation in its first round, before anybody spoke.
    #[must_use]
    pub fn new(reading: Reading, pulse: Pulse, sink: Rc<dyn Fn(TraceEvent)>) -> Self {
        Self { reading, statements: Vec::new(), round: 1, pulse, sink }
    }

    /// A deliberation that nobody watches or stops (replay, tests).
    #[must_use]
    pub fn unwatched(reading: Reading) -> Self {
        Self::new(reading, Pulse::none(), Rc::new(|_| {}))
    }

    /// The passages' sentences with what was measured on them.
    #[must_use]
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The current round, from 1.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.round
    }

    /// Everything said, in order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// What was said in the current round, in order.
    pub fn this_round(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.round == self.round)
    }

    /// What Pathos found out about the question.
    #[must_use]
    pub fn intent(&self) -> Option<&Intent> {
        self.statements.iter().rev().find_map(|statement| match &statement.opinion.finding {
            Finding::Intent(intent) if statement.seat == Seat::Pathos => Some(intent),
            _ => None,
        })
    }

    /// The draft of the current round.
    #[must_use]
    pub fn draft(&self) -> Option<&Draft> {
        self.this_round().filter_map(as_draft).last()
    }

    /// The draft of the round before.
    #[must_use]
    pub fn last_draft(&self) -> Option<&Draft> {
        let before = self.round.checked_sub(1)?;
        self.statements.iter().rev().filter(|statement| statement.round == before).find_map(as_draft)
    }

    /// Reasons of all objections to the draft of the round before.
    #[must_use]
    pub fn objections(&self) -> Vec<&str> {
        self.statements
            .iter()
            .filter(|statement| {
                statement.round + 1 == self.round && statement.opinion.position != conclave_protocol::Position::Support
            })
            .flat_map(|statement| statement.opinion.reasons.iter().map(String::as_str))
            .collect()
    }

    /// The pulse to stop at and give way through.
    #[must_use]
    pub const fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Shows a piece of a draft in the trace while it is written.
    pub fn show_draft_text(&self, seat: Seat, text: &str) {
        (self.sink)(TraceEvent::DraftText { seat, round: self.round, text: text.to_owned() });
    }

    pub(crate) fn trace(&self, event: TraceEvent) {
        (self.sink)(event);
    }

    pub(crate) fn record(&mut self, seat: Seat, implementation: String, opinion: Opinion) -> &Statement {
        let at = self.statements.len();
        self.statements.push(Statement { seat, implementation, round: self.round, opinion });
        &self.statements[at]
    }

    pub(crate) fn next_round(&mut self) {
        self.round += 1;
    }

    pub(crate) fn into_parts(self) -> (Reading, Vec<Statement>) {
        (self.reading, self.statements)
    }
}

fn as_draft(statement: &Statement) -> Option<&Draft> {
    match &statement.opinion.finding {
        Finding::Draft(draft) if statement.seat == Seat::Logos => Some(draft),
        _ => None,
    }
}
