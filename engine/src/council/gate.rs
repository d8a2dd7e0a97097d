//! The gate: hard rules that turn opinions into a verdict, and the one place where an answer becomes [`Approved`].

use conclave_protocol::{AnswerParts, ApprovedAnswer, ManifestId, Position, Seat, Sourcing, Verdict};
use serde::{Deserialize, Serialize};

use super::agent::Finding;
use super::deliberation::{Deliberation, Statement};
use super::intent::Route;

/// An answer that the gate approved. Only [`Gate::decide`] makes one.
///
/// It cannot be built outside the gate:
/// ```compile_fail,E0451
/// # fn forge(parts: conclave_protocol::AnswerParts) {
/// let forged = conclave_engine::council::Approved { parts };
/// # }
/// ```
/// nor read from stored or received bytes:
/// ```compile_fail,E0277
/// let forged: conclave_engine::council::Approved = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Approved {
    parts: AnswerParts,
}

impl ApprovedAnswer for Approved {
    fn parts(&self) -> &AnswerParts {
        &self.parts
    }
}

/// How a deliberation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// The answer may be shown.
    Approved(Approved),
    /// The documents do not say.
    Abstained {
        /// Why, one plain sentence.
        reason: String,
    },
    /// A seat vetoed, or no agreement was reached.
    Vetoed {
        /// The rule, one plain sentence.
        rule: String,
    },
}

impl Ruling {
    /// The ruling as recorded in the manifest.
    #[must_use]
    pub fn record(&self) -> RulingRecord {
        match self {
            Self::Approved(approved) => {
                RulingRecord::Approved { verdict: approved.parts.verdict, text: approved.parts.text.clone() }
            }
            Self::Abstained { reason } => RulingRecord::Abstained { reason: reason.clone() },
            Self::Vetoed { rule } => RulingRecord::Vetoed { rule: rule.clone() },
        }
    }

    /// The verdict, and what decided it, for the trace.
    #[must_use]
    pub fn summary(&self) -> (Option<Verdict>, String) {
        match self {
            Self::Approved(approved) => {
                let words = match approved.parts.verdict {
                    Verdict::Approved => "All three seats support the draft.",
                    Verdict::ApprovedAfterRevision => "All three seats support the revised draft.",
                    Verdict::ApprovedWithoutSources => "All three seats support the draft; it has no sources.",
                };
                (Some(approved.parts.verdict), words.to_owned())
            }
            Self::Abstained { reason } => (None, reason.clone()),
            Self::Vetoed { rule } => (None, rule.clone()),
        }
    }
}

/// A ruling as plain data; no answer can be made from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RulingRecord {
    /// Approved, in these words.
    Approved {
        /// How.
        verdict: Verdict,
        /// The approved text.
        text: String,
    },
    /// The documents do not say.
    Abstained {
        /// Why.
        reason: String,
    },
    /// Vetoed, or no agreement.
    Vetoed {
        /// The rule.
        rule: String,
    },
}

/// What the gate makes of one round.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// It is over.
    Final(Ruling),
    /// An objection can still be met: another round.
    NextRound,
}

/// The rules, in this order; the first that fits decides:
///
/// 1. Any veto in this round: vetoed.
/// 2. A seat that has to speak has not spoken about a draft of this round: vetoed (nothing is approved by silence).
/// 3. A seat found that the documents do not answer: abstained.
/// 4. Any objection: another round, while there is one left; else vetoed, no agreement.
/// 5. All support: approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Most rounds.
    pub rounds: u32,
}

impl Default for Gate {
    fn default() -> Self {
        Self { rounds: Self::ROUNDS }
    }
}

impl Gate {
    /// Rounds by default: a draft, its revision, and the quotation that needs no phrasing.
    pub const ROUNDS: u32 = 3;

    /// Decides about the current round.
    #[must_use]
    pub fn decide(&self, so_far: &Deliberation, manifest: &ManifestId) -> Decision {
        let round: Vec<&Statement> = so_far.this_round().collect();
        if let Some(veto) = round.iter().find(|said| said.opinion.position == Position::Veto) {
            return vetoed(format!("{} vetoed: {}", veto.seat.name(), first_reason(veto)));
        }
        if let Some(said) = round.iter().find(|said| said.opinion.finding == Finding::NotAnswered) {
            return Decision::Final(Ruling::Abstained { reason: first_reason(said).to_owned() });
        }
        let Some(intent) = so_far.intent() else {
            return vetoed("Pathos did not say what the question wants.".into());
        };
        let Some(drafted) = round.iter().rposition(|said| matches!(said.opinion.finding, Finding::Draft(_))) else {
            return vetoed("Logos wrote no draft.".into());
        };
        let Finding::Draft(draft) = &round[drafted].opinion.finding else {
            return vetoed("Logos wrote no draft.".into());
        };
        for seat in [Seat::Pathos, Seat::Ethos] {
            if !round[drafted..].iter().any(|said| said.seat == seat) {
                return vetoed(format!("{} did not judge the draft.", seat.name()));
            }
        }
        if let Some(objection) = round.iter().find(|said| said.opinion.position == Position::Object) {
            if so_far.round() < self.rounds {
                return Decision::NextRound;
            }
            return vetoed(format!(
                "No agreement after {} rounds. {} objects: {}",
                so_far.round(),
                objection.seat.name(),
                first_reason(objection)
            ));
        }
        let sourcing = draft.sourcing();
        let verdict = match (intent.route, sourcing) {
            (Route::Documents, Sourcing::WithoutSources) => {
                return vetoed("The question is about the documents, and the draft cites none.".into());
            }
            (_, Sourcing::Cited) if draft.citations.is_empty() => {
                return vetoed("The draft claims sources and cites none.".into());
            }
            (Route::General, Sourcing::WithoutSources) => Verdict::ApprovedWithoutSources,
            (_, Sourcing::Cited) if so_far.round() == 1 => Verdict::Approved,
            (_, Sourcing::Cited) => Verdict::ApprovedAfterRevision,
        };
        Decision::Final(Ruling::Approved(Approved {
            parts: AnswerParts {
                text: draft.text.clone(),
                citations: draft.citations.clone(),
                verdict,
                sourcing,
                manifest: manifest.clone(),
            },
        }))
    }
}

fn vetoed(rule: String) -> Decision {
    Decision::Final(Ruling::Vetoed { rule })
}

fn first_reason(said: &Statement) -> &str {
    said.opinion.reasons.first().map_or("no reason was given.", String::as_str)
}
