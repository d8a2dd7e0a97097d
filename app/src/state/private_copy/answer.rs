//! The other AI's answer, with the values back in place of their tokens.

use conclave_protocol::{Problem, RequestId, Restored, ThreadId, ToRedact};

use super::Blocked;
use crate::state::redactor::Redactor;

/// An answer that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerBack {
    /// The conversation whose values are put in.
    pub thread: ThreadId,
    /// The answer with its tokens.
    pub text: String,
    asked: Option<(RequestId, ThreadId, String)>,
    known: Option<(ThreadId, String, Restored)>,
    problem: Option<Problem>,
}

impl AnswerBack {
    /// No answer yet.
    #[must_use]
    pub const fn new(thread: ThreadId) -> Self {
        Self { thread, text: String::new(), asked: None, known: None, problem: None }
    }

    /// The restored answer, where it is the redactor's answer to exactly this text in this conversation.
    pub fn restored(&self, redactor_works: bool) -> Result<&Restored, Blocked> {
        if self.text.trim().is_empty() {
            return Err(Blocked::Empty);
        }
        if let Some(problem) = &self.problem {
            return Err(Blocked::Failed(problem.clone()));
        }
        match &self.known {
            Some((thread, text, restored)) if redactor_works && *thread == self.thread && *text == self.text => {
                Ok(restored)
            }
            _ => Err(Blocked::Waiting),
        }
    }

    pub(super) fn set_text(&mut self, text: String) -> bool {
        let differs = text != self.text;
        if differs {
            self.text = text;
            self.problem = None;
        }
        differs
    }

    pub(super) fn ask(&mut self, redactor: &mut Redactor) -> Option<ToRedact> {
        if self.text.trim().is_empty() {
            self.asked = None;
            self.known = None;
            return None;
        }
        let is_asked = matches!(&self.asked, Some((_, thread, text)) if *thread == self.thread && *text == self.text);
        if is_asked || self.restored(true).is_ok() {
            return None;
        }
        let id = redactor.number();
        self.problem = None;
        self.asked = Some((id, self.thread.clone(), self.text.clone()));
        Some(ToRedact::Restore { id, thread: self.thread.clone(), text: self.text.clone() })
    }

    pub(super) fn take(&mut self, id: RequestId, restored: Restored) -> bool {
        let Some((_, thread, text)) = self.asked.take_if(|(asked, ..)| *asked == id) else { return false };
        self.known = Some((thread, text, restored));
        true
    }

    pub(super) fn refuse(&mut self, id: RequestId, problem: &Problem) -> bool {
        let is_ours = self.asked.take_if(|(asked, ..)| *asked == id).is_some();
        if is_ours {
            self.problem = Some(problem.clone());
            self.known = None;
        }
        is_ours
    }

    pub(super) fn ask_again(&mut self) {
        self.asked = None;
        self.known = None;
        self.problem = None;
    }
}

/// How an answer was restored, in a sentence.
#[must_use]
pub fn doubts_words(restored: &Restored) -> String {
    let values = match restored.values.len() {
        0 => "No value was put back".to_owned(),
        1 => "1 value was put back".to_owned(),
        count => format!("{count} values were put back"),
    };
    match restored.doubts.len() {
        0 => format!("{values}."),
        1 => format!("{values}; 1 token is in doubt and stays."),
        count => format!("{values}; {count} tokens are in doubt and stay."),
    }
}
