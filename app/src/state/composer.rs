//! The question being written, and what in it is private.

use conclave_protocol::{Mark, RequestId, ToRedact};

use super::segments::carry;

/// Where the redact worker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RedactStatus {
    /// It loads.
    #[default]
    Starting,
    /// It runs.
    Ready,
    /// It died too often; private values are not marked.
    Down,
}

/// The composer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composer {
    /// The text.
    pub text: String,
    /// Private values in `text`, ordered by place.
    pub marks: Vec<Mark>,
    /// The redact worker.
    pub redact: RedactStatus,
    crashes: u8,
    last: u32,
    asked: Option<(RequestId, String)>,
}

impl Composer {
    /// Crashes of the redact worker after which it stays off. It works on the composer's text alone, so a text that
    /// kills it would kill it again.
    const MOST_CRASHES: u8 = 3;

    /// Takes the new text; `false` where it is the same.
    pub fn set_text(&mut self, text: String) -> bool {
        if text == self.text {
            return false;
        }
        self.marks = carry(&self.text, &text, &self.marks);
        self.text = text;
        true
    }

    /// The message that asks for marks of the text as it is; `None` where the worker is not ready or there is no text.
    pub fn ask_for_marks(&mut self) -> Option<ToRedact> {
        if self.redact != RedactStatus::Ready {
            return None;
        }
        if self.text.trim().is_empty() {
            self.marks.clear();
            self.asked = None;
            return None;
        }
        if self.asked.as_ref().is_some_and(|(_, text)| *text == self.text) {
            return None;
        }
        self.last = self.last.wrapping_add(1);
        let id = RequestId(self.last);
        self.asked = Some((id, self.text.clone()));
        Some(ToRedact::Mark { id, text: self.text.clone() })
    }

    /// Takes the worker's finds; an answer to an older question is ignored. `true` where the marks changed.
    pub fn take_marks(&mut self, id: RequestId, marks: &[Mark]) -> bool {
        let Some((_, text)) = self.asked.as_ref().filter(|(asked, _)| *asked == id) else {
            return false;
        };
        let now = carry(text, &self.text, marks);
        let changed = now != self.marks;
        self.marks = now;
        changed
    }

    /// The worker died; `true` where it should be started again.
    pub fn redact_crashed(&mut self) -> bool {
        self.asked = None;
        self.crashes = self.crashes.saturating_add(1);
        let again = self.crashes < Self::MOST_CRASHES;
        self.redact = if again { RedactStatus::Starting } else { RedactStatus::Down };
        again
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::{Category, Evidence, Span};

    use super::*;

    fn mark(start: usize, end: usize) -> Mark {
        Mark {
            span: Span::new(start, end),
            category: Category::Email,
            token: "[EMAIL_01]".into(),
            score: 0.8,
            evidence: Evidence::Form,
            detector: "email".into(),
        }
    }

    fn ready() -> Composer {
        Composer { redact: RedactStatus::Ready, ..Composer::default() }
    }

    fn id_of(message: Option<ToRedact>) -> RequestId {
        let Some(ToRedact::Mark { id, .. }) = message else { unreachable!("a question was expected") };
        id
    }

    #[test]
    fn an_answer_to_an_older_text_is_ignored() {
        let mut composer = ready();
        composer.set_text("a@b.c".into());
        let first = id_of(composer.ask_for_marks());
        composer.set_text("no mail".into());
        let second = id_of(composer.ask_for_marks());
        assert!(!composer.take_marks(first, &[mark(0, 5)]));
        assert!(composer.marks.is_empty());
        assert!(!composer.take_marks(second, &[]));
    }

    #[test]
    fn an_answer_is_moved_to_where_the_text_went_meanwhile() {
        let mut composer = ready();
        composer.set_text("a@b.c".into());
        let id = id_of(composer.ask_for_marks());
        composer.set_text("to a@b.c".into());
        assert!(composer.take_marks(id, &[mark(0, 5)]));
        assert_eq!(composer.marks, [mark(3, 8)]);
    }

    #[test]
    fn the_same_text_is_asked_once_and_an_empty_one_never() {
        let mut composer = ready();
        composer.set_text("hello".into());
        assert!(composer.ask_for_marks().is_some());
        assert!(composer.ask_for_marks().is_none());
        composer.set_text("  ".into());
        assert!(composer.ask_for_marks().is_none());
        composer.set_text("hello".into());
        assert!(composer.ask_for_marks().is_some(), "after an empty text the question counts again");
    }

    #[test]
    fn the_worker_stays_off_after_its_third_crash() {
        let mut composer = ready();
        assert!(composer.redact_crashed());
        assert!(composer.redact_crashed());
        assert!(!composer.redact_crashed());
        assert_eq!(composer.redact, RedactStatus::Down);
    }
}
