//! The page's words for what the protocol names.

use conclave_protocol::{ModelPhase, Outcome, Position, TurnPhase, Verdict};

/// Under an answer: how the council ended.
#[must_use]
pub const fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "Agreed by three seats",
        Verdict::ApprovedAfterRevision => "Agreed after revision",
        Verdict::ApprovedWithoutSources => "Without sources — the model's own words, check them",
    }
}

/// How a turn ended, in a few words.
#[must_use]
pub fn outcome_words(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Unfinished => "Interrupted",
        Outcome::Answered(answer) => verdict_words(answer.parts().verdict),
        Outcome::Abstained { .. } => "The documents do not say",
        Outcome::Vetoed { .. } => "Not answered",
        Outcome::Stopped => "Stopped",
        Outcome::Failed(_) => "Failed",
    }
}

/// A reason as it stands under its heading, which is not said again.
#[must_use]
pub fn reason_words(heading: &str, reason: &str) -> String {
    let rest = reason.strip_prefix(heading).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(reason);
    let mut chars = rest.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What the council does now.
#[must_use]
pub fn phase_words(phase: &TurnPhase) -> String {
    match phase {
        TurnPhase::Searching => "Looking for passages…".into(),
        TurnPhase::WaitingForModels => "Waiting for the models…".into(),
        TurnPhase::WaitingForTurn => "Waiting: another question is being answered…".into(),
        TurnPhase::Considering { seat, round } => {
            let does = match seat {
                conclave_protocol::Seat::Pathos => "Pathos is reading the question",
                conclave_protocol::Seat::Logos => "Logos is writing from the passages",
                conclave_protocol::Seat::Ethos => "Ethos is checking every claim",
            };
            if *round > 1 { format!("{does} (round {round})…") } else { format!("{does}…") }
        }
        TurnPhase::Deciding => "The gate decides…".into(),
    }
}

/// A step of a model.
#[must_use]
pub const fn model_words(phase: &ModelPhase) -> &'static str {
    match phase {
        ModelPhase::Idle => "Not loaded",
        ModelPhase::Downloading => "Downloading",
        ModelPhase::Reading => "Loading",
        ModelPhase::WarmingUp => "Warming up",
        ModelPhase::Ready => "Ready",
        ModelPhase::Failed(_) => "Failed",
    }
}

/// Where a seat stands.
#[must_use]
pub const fn position_words(position: Position) -> &'static str {
    match position {
        Position::Support => "Supports",
        Position::Object => "Objects",
        Position::Veto => "Vetoes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_does_not_say_its_heading_again() {
        let heading = "The documents do not say";
        assert_eq!(reason_words(heading, "The documents do not say: no passage was found."), "No passage was found.");
        assert_eq!(reason_words(heading, "No seat supports it."), "No seat supports it.");
        assert_eq!(reason_words(heading, ""), "");
    }
}
