//! A text for another AI with tokens in place of private values, and that AI's answer with the values back in place.
//!
//! Nothing is copied but what the redactor said about exactly this text under exactly these rules and decisions
//! ([`PrivateCopy::redacted`]). What leaves the device on its own, one day, leaves through the same review.

mod answer;
mod deciding;
mod decisions;
mod destination;
mod findings;
mod reducer;
mod review;

use std::collections::BTreeSet;

use conclave_protocol::{Category, Mark, PrivacySettings, Problem, RequestId, Review, ThreadId, ToRedact, TokenCount};

pub use answer::{AnswerBack, doubts_words};
pub use decisions::Decisions;
pub use destination::{Destination, Keeping, redactor_rules};
pub use findings::{FoundGroup, FoundValue, MOST_LISTED, findings, hidden_words, kept_words, policy_words};
pub use reducer::CopyIntent;
use review::Question;

use super::redactor::Redactor;
use super::segments::carry;

/// Name of the conversation that texts belong to which were written in no thread (yet).
pub const DRAFT: &str = "draft";

/// A step of the way to another AI and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CopyStep {
    /// Look at what is hidden, and copy the rest.
    #[default]
    Hide,
    /// Bring the answer back.
    Restore,
}

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copying {
    /// The redacted text.
    Redacted,
    /// The restored answer.
    Restored,
}

/// What waits for a second word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirming {
    /// Keep a value that the destination wants confirmed.
    Keep {
        /// Its token.
        token: String,
        /// Its kind.
        category: Category,
        /// How it is written.
        values: Vec<String>,
    },
    /// Keep all values of such a kind.
    KeepAll(Category),
    /// Forget the conversation's tokens and values.
    Forget,
}

/// Why nothing can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// There is no text.
    Empty,
    /// The redactor died too often.
    Down,
    /// The redactor loads.
    Starting,
    /// The person's rules have not been read from the storage.
    RulesUnknown,
    /// The redactor refused this text.
    Failed(Problem),
    /// The redactor has not answered yet.
    Waiting,
}

impl Blocked {
    /// Why, in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Empty => "There is no text yet.".into(),
            Self::Down => "The part that hides private values could not start. Load the page again.".into(),
            Self::Starting => "The part that hides private values is starting.".into(),
            Self::RulesUnknown => "Your own rules have not been read yet: the engine is not ready.".into(),
            Self::Failed(problem) => problem.to_string(),
            Self::Waiting => "This text is being looked through.".into(),
        }
    }
}

/// A question that was answered.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    question: Question,
    review: Review,
    /// Whether the redactor keeps its values for the answer that comes back.
    is_kept: bool,
}

/// A text on its way to another AI.
#[derive(Debug, Clone, PartialEq)]
pub struct PrivateCopy {
    /// The conversation whose tokens are used.
    pub thread: ThreadId,
    /// Where the text goes.
    pub destination: Destination,
    /// The step that shows.
    pub step: CopyStep,
    /// The text.
    pub text: String,
    /// What was decided about it.
    pub decisions: Decisions,
    /// What was found, where it stands in `text` now.
    pub marks: Vec<Mark>,
    /// What waits for a second word.
    pub confirming: Option<Confirming>,
    /// What was copied last, and whether the browser did it; nothing has changed since.
    pub copied: Option<(Copying, bool)>,
    /// The answer that comes back.
    pub answer: AnswerBack,
    /// How many values the conversation's tokens stand for, once it is known.
    pub counts: Option<Vec<TokenCount>>,
    /// The composer's text that it began with.
    began_with: String,
    asked: Option<(RequestId, Question)>,
    known: Option<Known>,
    /// The request to keep the values of the review that is known, where its text is to be copied.
    keeping: Option<RequestId>,
    /// Why the question last asked has no answer.
    problem: Option<Problem>,
    counting: Option<RequestId>,
}

impl PrivateCopy {
    /// A copy of the composer's text for another AI.
    #[must_use]
    pub fn new(thread: ThreadId, text: String) -> Self {
        Self {
            answer: AnswerBack::new(thread.clone()),
            thread,
            destination: Destination::default(),
            step: CopyStep::default(),
            began_with: text.clone(),
            text,
            decisions: Decisions::default(),
            marks: Vec::new(),
            confirming: None,
            copied: None,
            counts: None,
            asked: None,
            known: None,
            keeping: None,
            problem: None,
            counting: None,
        }
    }

    /// Whether this is what a person means who opens it from this composer again.
    #[must_use]
    pub fn goes_on(&self, thread: &ThreadId, composed: &str) -> bool {
        self.thread == *thread && (composed.trim().is_empty() || composed == self.began_with)
    }

    /// Sends the text elsewhere.
    pub(super) fn go_to(&mut self, destination: Destination, settings: &PrivacySettings) {
        if destination != self.destination {
            self.decisions.go_elsewhere(destination.kept(settings));
            self.destination = destination;
            self.changed();
        }
    }

    /// Takes what the settings say of where it goes; where they no longer name it, the text is for another AI again. `true`
    /// where something else is kept now.
    pub(super) fn follow(&mut self, settings: &PrivacySettings) -> bool {
        if Destination::all(settings).all(|known| known != self.destination) {
            self.go_to(Destination::default(), settings);
            return true;
        }
        let differs = self.decisions.set_policy(self.destination.kept(settings));
        if differs {
            self.changed();
        }
        differs
    }

    /// Takes a new text; `false` where it is the same.
    pub fn set_text(&mut self, text: String) -> bool {
        if text == self.text {
            return false;
        }
        self.marks = carry(&self.text, &text, &self.marks);
        self.decisions.follow(&self.text, &text);
        self.text = text;
        self.changed();
        true
    }

    /// The redacted text, where it is the redactor's answer to exactly this text and these decisions.
    pub fn redacted(&self, redactor_works: bool) -> Result<&str, Blocked> {
        if self.text.trim().is_empty() {
            return Err(Blocked::Empty);
        }
        if let Some(problem) = &self.problem {
            return Err(Blocked::Failed(problem.clone()));
        }
        match &self.known {
            Some(known) if redactor_works && self.asked.is_none() && known.question == self.question() => {
                Ok(&known.review.redacted)
            }
            _ => Err(Blocked::Waiting),
        }
    }

    /// The last review, which may be of an older text or other decisions.
    #[must_use]
    pub fn review(&self) -> Option<&Review> {
        self.known.as_ref().map(|known| &known.review)
    }

    /// Tokens of values that stay in the text, as decided now. A value that is written in several ways stays where a person
    /// said so of each.
    #[must_use]
    pub fn kept(&self) -> BTreeSet<&str> {
        if self.decisions.keep_nothing() {
            return BTreeSet::new();
        }
        let stays =
            |mark: &Mark| mark.span.of(&self.text).is_some_and(|value| self.decisions.keeps(mark.category, value));
        let (kept, hidden): (Vec<&Mark>, Vec<&Mark>) = self.marks.iter().partition(|mark| stays(mark));
        let mut tokens: BTreeSet<&str> = kept.into_iter().map(|mark| mark.token.as_str()).collect();
        for mark in hidden {
            tokens.remove(mark.token.as_str());
        }
        tokens
    }

    /// The message that asks for a review of the text as it is; `None` where the answer is here or on its way.
    pub(super) fn ask(&mut self, redactor: &mut Redactor) -> Option<ToRedact> {
        if self.text.trim().is_empty() {
            self.asked = None;
            self.known = None;
            self.problem = None;
            return None;
        }
        if self.problem.is_some() {
            // The same question has the same answer; any change takes the problem away.
            return None;
        }
        let question = self.question();
        let is_answered = self.asked.is_none() && self.known.as_ref().is_some_and(|known| known.question == question);
        let is_asked = self.asked.as_ref().is_some_and(|(_, asked)| *asked == question);
        if is_asked || is_answered {
            return None;
        }
        let id = redactor.number();
        let message = ToRedact::Review {
            id,
            thread: self.thread.clone(),
            text: question.text.clone(),
            kept: question.kept.clone(),
            hidden: question.hidden.clone(),
        };
        self.asked = Some((id, question));
        self.keeping = None;
        Some(message)
    }

    /// Takes a review; `true` where it was the one that was asked for.
    pub(super) fn take(&mut self, id: RequestId, review: Review) -> bool {
        let Some((_, question)) = self.asked.take_if(|(asked, _)| *asked == id) else { return false };
        if !question.is_answered_by(&review) {
            self.problem = Some(review::unfit());
            self.known = None;
            return true;
        }
        let marks: Vec<Mark> = review.found.iter().map(|found| found.mark.clone()).collect();
        self.marks = carry(&question.text, &self.text, &marks);
        self.known = Some(Known { question, review, is_kept: false });
        // The token that a question names may stand for another value now.
        if let Some(Confirming::Keep { token, values, .. }) = &self.confirming
            && self.values_of(token) != *values
        {
            self.confirming = None;
        }
        true
    }

    /// The redactor refused; `true` where it was about this text.
    pub(super) fn refuse(&mut self, id: RequestId, problem: &Problem) -> bool {
        let is_ours = self.asked.take_if(|(asked, _)| *asked == id).is_some();
        if is_ours {
            self.problem = Some(problem.clone());
            self.known = None;
            self.marks.clear();
        }
        is_ours
    }

    /// The redactor died or has other rules: everything it said is of no use any more.
    pub(super) fn ask_again(&mut self) {
        self.asked = None;
        self.known = None;
        self.keeping = None;
        self.counting = None;
        self.answer.ask_again();
        self.changed();
    }

    /// What the redactor has to be asked now. Which token a value has is known only once this very text was looked through;
    /// before that, nothing is kept.
    fn question(&self) -> Question {
        let hidden = self.decisions.hidden().to_vec();
        let is_named = self.known.as_ref().is_some_and(|known| known.question.names(&self.text, &hidden));
        let kept = if is_named { self.kept().into_iter().map(str::to_owned).collect() } else { Vec::new() };
        Question { text: self.text.clone(), kept, hidden }
    }

    /// How the value of a token is written in the text.
    fn values_of(&self, token: &str) -> Vec<String> {
        let marks = self.marks.iter().filter(|mark| mark.token == token);
        let mut values: Vec<String> = marks.filter_map(|mark| mark.span.of(&self.text)).map(str::to_owned).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// What was copied, or was to be confirmed, was about something else.
    fn changed(&mut self) {
        self.copied = None;
        self.confirming = None;
        self.keeping = None;
        self.problem = None;
    }
}
