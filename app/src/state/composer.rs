//! The question being written, and what in it is private.

use conclave_protocol::{Mark, RequestId, ToRedact};

use super::redactor::{RedactStatus, Redactor};
use super::segments::carry;

/// The composer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composer {
    /// The text.
    pub text: String,
    /// Private values in `text`, ordered by place.
    pub marks: Vec<Mark>,
    /// The redactor refused the text (it is too long, say): nothing in it is marked.
    pub refused: bool,
    asked: Option<(RequestId, String)>,
}

impl Composer {
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
    pub fn ask_for_marks(&mut self, redactor: &mut Redactor) -> Option<ToRedact> {
        if redactor.status != RedactStatus::Ready {
            return None;
        }
        if self.text.trim().is_empty() {
            self.marks.clear();
            self.refused = false;
            self.asked = None;
            return None;
        }
        if self.asked.as_ref().is_some_and(|(_, text)| *text == self.text) {
            return None;
        }
        let id = redactor.number();
        self.asked = Some((id, self.text.clone()));
        Some(ToRedact::Mark { id, text: self.text.clone() })
    }

    /// Takes the worker's finds; an answer to an older question is ignored. `true` where the marks changed.
    pub fn take_marks(&mut self, id: RequestId, marks: &[Mark]) -> bool {
        let Some((_, text)) = self.asked.as_ref().filter(|(asked, _)| *asked == id) else {
            return false;
        };
        let now = carry(text, &self.text, marks);
        let changed = now != self.marks || self.refused;
        self.marks = now;
        self.refused = false;
        changed
    }

    /// The redactor died, or has new rules: what it was asked counts no longer.
    pub fn ask_again(&mut self) {
        self.asked = None;
    }

    /// The redactor refused the text. Marks of an older one would only look as if it had been looked through.
    pub fn refuse_marks(&mut self, id: RequestId) -> bool {
        let is_ours = self.asked.as_ref().is_some_and(|(asked, _)| *asked == id);
        if is_ours {
            self.marks.clear();
            self.refused = true;
        }
        is_ours
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

    fn ready() -> (Composer, Redactor) {
        let mut redactor = Redactor::default();
        redactor.started();
        (Composer::default(), redactor)
    }

    fn id_of(message: Option<ToRedact>) -> RequestId {
        let Some(ToRedact::Mark { id, .. }) = message else { unreachable!("a question was expected") };
        id
    }

    #[test]
    fn an_answer_to_an_older_text_is_ignored() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a@b.c".into());
        let first = id_of(composer.ask_for_marks(&mut redactor));
        composer.set_text("no mail".into());
        let second = id_of(composer.ask_for_marks(&mut redactor));
        assert!(!composer.take_marks(first, &[mark(0, 5)]));
        assert!(composer.marks.is_empty());
        assert!(!composer.take_marks(second, &[]));
    }

    #[test]
    fn an_answer_is_moved_to_where_the_text_went_meanwhile() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a@b.c".into());
        let id = id_of(composer.ask_for_marks(&mut redactor));
        composer.set_text("to a@b.c".into());
        assert!(composer.take_marks(id, &[mark(0, 5)]));
        assert_eq!(composer.marks, [mark(3, 8)]);
    }

    #[test]
    fn a_refused_text_is_not_marked_and_said_to_be_so() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a@b.c".into());
        let first = id_of(composer.ask_for_marks(&mut redactor));
        composer.take_marks(first, &[mark(0, 5)]);
        composer.set_text("a@b.c and ten megabytes".into());
        let second = id_of(composer.ask_for_marks(&mut redactor));
        assert!(!composer.refuse_marks(first));
        assert!(composer.refuse_marks(second) && composer.refused && composer.marks.is_empty());
        composer.set_text("a@b.c".into());
        let third = id_of(composer.ask_for_marks(&mut redactor));
        assert!(composer.take_marks(third, &[mark(0, 5)]) && !composer.refused);
    }

    #[test]
    fn the_same_text_is_asked_once_and_an_empty_one_never() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("hello".into());
        assert!(composer.ask_for_marks(&mut redactor).is_some());
        assert!(composer.ask_for_marks(&mut redactor).is_none());
        composer.set_text("  ".into());
        assert!(composer.ask_for_marks(&mut redactor).is_none());
        composer.set_text("hello".into());
        assert!(composer.ask_for_marks(&mut redactor).is_some(), "after an empty text the question counts again");
    }
}
