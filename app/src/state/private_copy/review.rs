//! A question to the redactor, and whether what came back answers it.

use conclave_protocol::{Problem, ProblemCode, Review, Span};

/// Everything that a review depends on, but the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) kept: Vec<String>,
    pub(super) hidden: Vec<Span>,
}

impl Question {
    /// Whether its answer names the values of this text: names do not depend on what is kept.
    pub(super) fn names(&self, text: &str, hidden: &[Span]) -> bool {
        self.hidden == hidden && self.text == text
    }

    /// Whether every find lies in both texts as it says, nothing stands in the redacted text that nobody kept, and every
    /// stretch that was to be hidden is. A review that does not hold is a fault, and a fault must not be copied.
    pub(super) fn is_answered_by(&self, review: &Review) -> bool {
        let (mut done, mut done_redacted) = (0, 0);
        let mut covered = self.hidden.iter().copied().peekable();
        for found in &review.found {
            let (span, redacted) = (found.mark.span, found.redacted);
            let in_order = span.start >= done && redacted.start >= done_redacted && !span.is_empty();
            let (Some(value), Some(stands)) = (span.of(&self.text), redacted.of(&review.redacted)) else {
                return false;
            };
            let as_said = if found.hidden {
                stands == found.mark.token
            } else {
                stands == value && self.kept.contains(&found.mark.token)
            };
            if !in_order || !as_said {
                return false;
            }
            if found.hidden {
                while covered.next_if(|wanted| span.start <= wanted.start && wanted.end <= span.end).is_some() {}
            }
            (done, done_redacted) = (span.end, redacted.end);
        }
        covered.next().is_none()
    }
}

/// The problem of a review that does not hold.
pub(super) fn unfit() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "What was found does not fit the text, so nothing can be copied.",
        "Load the page again; if it stays, change the text.",
    )
}

#[cfg(test)]
mod tests {
    use conclave_protocol::{Category, Evidence, Mark, Reviewed};

    use super::*;

    fn found(span: Span, redacted: Span, hidden: bool) -> Reviewed {
        let mark = Mark {
            span,
            category: Category::Email,
            token: "[EMAIL_01]".into(),
            score: 0.8,
            evidence: Evidence::Form,
            detector: "email".into(),
        };
        Reviewed { mark, hidden, redacted }
    }

    fn question(kept: &[&str], hidden: &[Span]) -> Question {
        let kept = kept.iter().map(|token| (*token).to_owned()).collect();
        Question { text: "to a@b.c now".into(), kept, hidden: hidden.to_vec() }
    }

    fn review(redacted: &str, found: Vec<Reviewed>) -> Review {
        Review { redacted: redacted.into(), found }
    }

    #[test]
    fn an_answer_must_hold_in_both_texts() {
        let value = Span::new(3, 8);
        let good = review("to [EMAIL_01] now", vec![found(value, Span::new(3, 13), true)]);
        assert!(question(&[], &[]).is_answered_by(&good));
        assert!(question(&[], &[Span::new(3, 4), Span::new(5, 8)]).is_answered_by(&good));
        assert!(!question(&[], &[Span::new(0, 4)]).is_answered_by(&good), "a stretch that was to be hidden shows");
        assert!(!question(&[], &[Span::new(9, 12)]).is_answered_by(&good));
        let kept = review("to a@b.c now", vec![found(value, value, false)]);
        assert!(question(&["[EMAIL_01]"], &[]).is_answered_by(&kept));
        assert!(!question(&[], &[]).is_answered_by(&kept), "nobody kept it");
        let wrong = review("to a@b.c now", vec![found(value, value, true)]);
        assert!(!question(&[], &[]).is_answered_by(&wrong), "it is said to be hidden and is not");
        let outside = review("to [EMAIL_01]", vec![found(Span::new(3, 99), Span::new(3, 13), true)]);
        assert!(!question(&[], &[]).is_answered_by(&outside));
        let twice = vec![found(value, Span::new(3, 13), true), found(value, Span::new(3, 13), true)];
        assert!(!question(&[], &[]).is_answered_by(&review("to [EMAIL_01] now", twice)));
    }
}
