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
    asked: Option<Asked>,
    /// How long the last answer took.
    took_ms: u64,
}

/// A question to the redactor.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    id: RequestId,
    text: String,
    at_ms: u64,
    is_answered: bool,
}

/// What is to be done about the marks of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Marking {
    /// Nothing: they are here, on their way, or cannot be had.
    Rest,
    /// Ask the redactor at once.
    Ask(ToRedact),
    /// Ask it once typing pauses: it takes long.
    Pause,
}

/// Longest answer after which the next key is followed by a question at once: two frames of a screen. The redactor takes less
/// for 20,000 characters.
const PROMPT_MS: u64 = 33;

/// An answer that takes longer than this is not waited for: it may have been lost.
const LOST_MS: u64 = 5_000;

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

    /// What to do about the text as it is now. One question is on its way at a time: at its answer, the newest text is asked.
    pub fn marking(&mut self, redactor: &mut Redactor, now_ms: u64) -> Marking {
        if redactor.status == RedactStatus::Ready && self.took_ms > PROMPT_MS && self.wants_marks(now_ms) {
            return Marking::Pause;
        }
        self.ask_for_marks(redactor, now_ms).map_or(Marking::Rest, Marking::Ask)
    }

    /// The message that asks for marks of the text as it is; `None` where the worker is not ready, has not answered the last
    /// question or was asked this one, or there is no text.
    pub fn ask_for_marks(&mut self, redactor: &mut Redactor, now_ms: u64) -> Option<ToRedact> {
        if redactor.status != RedactStatus::Ready {
            return None;
        }
        if self.text.trim().is_empty() {
            self.marks.clear();
            self.refused = false;
            self.asked = None;
            return None;
        }
        if !self.wants_marks(now_ms) {
            return None;
        }
        let id = redactor.number();
        self.asked = Some(Asked { id, text: self.text.clone(), at_ms: now_ms, is_answered: false });
        Some(ToRedact::Mark { id, text: self.text.clone() })
    }

    fn wants_marks(&self, now_ms: u64) -> bool {
        let is_open = |asked: &Asked| !asked.is_answered && now_ms.saturating_sub(asked.at_ms) < LOST_MS;
        !self.text.trim().is_empty()
            && self.asked.as_ref().is_none_or(|asked| asked.text != self.text && !is_open(asked))
    }

    /// Takes the worker's finds; an answer to an older question is ignored. `true` where the marks changed.
    pub fn take_marks(&mut self, id: RequestId, marks: &[Mark], now_ms: u64) -> bool {
        let Some(asked) = self.answered(id, now_ms) else { return false };
        let text = std::mem::take(&mut asked.text);
        let now = carry(&text, &self.text, marks);
        if let Some(asked) = &mut self.asked {
            asked.text = text;
        }
        let changed = now != self.marks || self.refused;
        self.marks = now;
        self.refused = false;
        changed
    }

    fn answered(&mut self, id: RequestId, now_ms: u64) -> Option<&mut Asked> {
        let asked = self.asked.as_mut().filter(|asked| asked.id == id)?;
        asked.is_answered = true;
        self.took_ms = now_ms.saturating_sub(asked.at_ms);
        Some(asked)
    }

    /// The redactor died, has new rules or knows more: what it was asked counts no longer.
    pub fn ask_again(&mut self) {
        self.asked = None;
    }

    /// The redactor refused the text. Marks of an older one would only look as if it had been looked through.
    pub fn refuse_marks(&mut self, id: RequestId, now_ms: u64) -> bool {
        let is_ours = self.answered(id, now_ms).is_some();
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
    fn an_answer_to_an_older_question_is_ignored() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a@b.c".into());
        let first = id_of(composer.ask_for_marks(&mut redactor, 0));
        composer.set_text("no mail".into());
        composer.ask_again();
        let second = id_of(composer.ask_for_marks(&mut redactor, 0));
        assert!(!composer.take_marks(first, &[mark(0, 5)], 0));
        assert!(composer.marks.is_empty());
        assert!(!composer.take_marks(second, &[], 0));
    }

    #[test]
    fn an_answer_is_moved_to_where_the_text_went_meanwhile() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a@b.c".into());
        let id = id_of(composer.ask_for_marks(&mut redactor, 0));
        composer.set_text("to a@b.c".into());
        assert!(composer.take_marks(id, &[mark(0, 5)], 0));
        assert_eq!(composer.marks, [mark(3, 8)]);
    }

    #[test]
    fn a_refused_text_is_not_marked_and_said_to_be_so() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a@b.c".into());
        let first = id_of(composer.ask_for_marks(&mut redactor, 0));
        composer.take_marks(first, &[mark(0, 5)], 0);
        composer.set_text("a@b.c and ten megabytes".into());
        let second = id_of(composer.ask_for_marks(&mut redactor, 0));
        assert!(!composer.refuse_marks(first, 0));
        assert!(composer.refuse_marks(second, 0) && composer.refused && composer.marks.is_empty());
        composer.set_text("a@b.c".into());
        let third = id_of(composer.ask_for_marks(&mut redactor, 0));
        assert!(composer.take_marks(third, &[mark(0, 5)], 0) && !composer.refused);
    }

    #[test]
    fn the_same_text_is_asked_once_and_an_empty_one_never() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("hello".into());
        assert!(composer.ask_for_marks(&mut redactor, 0).is_some());
        assert!(composer.ask_for_marks(&mut redactor, 0).is_none());
        composer.set_text("  ".into());
        assert!(composer.ask_for_marks(&mut redactor, 0).is_none());
        composer.set_text("hello".into());
        assert!(composer.ask_for_marks(&mut redactor, 0).is_some(), "after an empty text the question counts again");
    }

    #[test]
    fn one_question_is_on_its_way_and_the_newest_text_comes_next() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a".into());
        let Marking::Ask(first) = composer.marking(&mut redactor, 0) else { panic!("it is asked at once") };
        for text in ["ab", "a@b.c"] {
            composer.set_text(text.into());
            assert_eq!(composer.marking(&mut redactor, 1), Marking::Rest, "{text} waits for the answer");
        }
        composer.take_marks(id_of(Some(first)), &[], 2);
        let Marking::Ask(ToRedact::Mark { id, text }) = composer.marking(&mut redactor, 2) else {
            panic!("it is next")
        };
        assert_eq!(text, "a@b.c");
        assert!(composer.take_marks(id, &[mark(0, 5)], 3));
        assert_eq!(composer.marking(&mut redactor, 3), Marking::Rest, "all is known");
    }

    #[test]
    fn a_text_that_takes_long_is_asked_once_typing_pauses() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("long".into());
        let first = id_of(composer.ask_for_marks(&mut redactor, 0));
        composer.take_marks(first, &[], PROMPT_MS + 1);
        assert_eq!(composer.marking(&mut redactor, 50), Marking::Rest, "nothing is new");
        composer.set_text("longer".into());
        assert_eq!(composer.marking(&mut redactor, 50), Marking::Pause);
        let second = id_of(composer.ask_for_marks(&mut redactor, 100));
        composer.take_marks(second, &[], 101);
        composer.set_text("short".into());
        assert!(matches!(composer.marking(&mut redactor, 102), Marking::Ask(_)), "it took little");
    }

    #[test]
    fn an_answer_that_was_lost_is_not_waited_for() {
        let (mut composer, mut redactor) = ready();
        composer.set_text("a".into());
        composer.ask_for_marks(&mut redactor, 0);
        composer.set_text("ab".into());
        assert_eq!(composer.marking(&mut redactor, LOST_MS - 1), Marking::Rest);
        assert!(matches!(composer.marking(&mut redactor, LOST_MS), Marking::Ask(_)));
    }
}
