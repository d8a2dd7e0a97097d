//! Messages of the `redact` program: the composer's text in, marks out.

mod category;
mod lines;

use serde::{Deserialize, Serialize};

use crate::id::{RequestId, Span, ThreadId};
use crate::privacy::{PrivacySettings, RuleProblem};
use crate::problem::Problem;

pub use category::Category;

/// Why a value was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// Words beside it, a field's name or a list of names say so.
    Context,
    /// It has the form of its kind.
    Form,
    /// It has the form, and a check digit or a numbering rule holds.
    Checked,
    /// It is a credential by its issuer's own form, or is announced as one.
    Credential,
    /// A term or pattern of the person's own.
    Own,
}

impl Evidence {
    /// Every kind of evidence.
    pub const ALL: [Self; 5] = [Self::Context, Self::Form, Self::Checked, Self::Credential, Self::Own];

    /// Its name in a message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Context => "Context",
            Self::Form => "Form",
            Self::Checked => "Checked",
            Self::Credential => "Credential",
            Self::Own => "Own",
        }
    }

    /// The evidence with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|evidence| evidence.name() == name)
    }
}

/// One recognised value.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Place in the text that was sent.
    pub span: Span,
    /// Kind of value.
    pub category: Category,
    /// The token that would stand in its place, such as `[EMAIL_01]`.
    pub token: String,
    /// How sure it is, from 0 to 1.
    pub score: f32,
    /// Why it was recognised.
    pub evidence: Evidence,
    /// What recognised it: `email`, `github`, `de-steuer-id`.
    pub detector: String,
}

/// A recognised value in a review.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// What was recognised.
    pub mark: Mark,
    /// Whether its token stands in the redacted text.
    pub hidden: bool,
    /// Where the token, or the value that was kept, stands in the redacted text.
    pub redacted: Span,
}

/// A text beside its redacted form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// What would be sent: every hidden value replaced by its token.
    pub redacted: String,
    /// What was recognised, ordered by place, without overlaps.
    #[serde(with = "lines")]
    pub found: Vec<Reviewed>,
}

/// A token in an answer that was not replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Where it stands in the restored text.
    pub span: Span,
    /// Why, in a sentence.
    pub reason: String,
}

/// An answer with the values in place of their tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The text.
    pub text: String,
    /// Where values were put, ordered by place.
    pub values: Vec<Span>,
    /// Tokens that stay, because the conversation does not have them or they were changed too much.
    pub doubts: Vec<Doubt>,
}

/// How many values of one kind a conversation's tokens stand for; no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCount {
    /// The kind.
    pub category: Category,
    /// How many different values.
    pub values: u32,
}

/// Page to `redact` program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToRedact {
    /// From now on, these rules hold.
    Configure {
        /// What the person decided.
        settings: PrivacySettings,
    },
    /// Find what should not leave the device.
    Mark {
        /// Number of this request; an answer to an older one is ignored by the page.
        id: RequestId,
        /// The composer's text.
        text: String,
    },
    /// Show what would be sent. The tokens are the conversation's; new ones last until the next review, or for good after
    /// `Keep`.
    Review {
        /// Number of this request.
        id: RequestId,
        /// The conversation whose tokens are used; a name of the page's own where there is no thread yet.
        thread: ThreadId,
        /// The text.
        text: String,
        /// Tokens whose values the person decided not to hide in this text.
        kept: Vec<String>,
        /// Stretches of the text that the person decided to hide as well.
        hidden: Vec<Span>,
    },
    /// Keep the values of the last review for the answer: the redacted text goes out now.
    Keep {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
    },
    /// Put the values back into an answer.
    Restore {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
        /// The answer.
        text: String,
    },
    /// Say how many values a conversation's tokens stand for.
    Count {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
    },
    /// Forget a conversation's tokens and values.
    Forget {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
    },
}

/// `redact` program to page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromRedact {
    /// The program runs.
    Ready,
    /// From now on names are found as well: their list came after the program. Reviews wait for it, marks do not.
    NamesKnown,
    /// Answer to `Configure`: the rules that cannot be used. The others hold.
    Configured {
        /// What is wrong with them.
        problems: Vec<RuleProblem>,
    },
    /// What was found, ordered by place, without overlaps.
    Marks {
        /// The request's number.
        id: RequestId,
        /// The finds.
        #[serde(with = "lines")]
        marks: Vec<Mark>,
    },
    /// Answer to `Review`.
    Reviewed {
        /// The request's number.
        id: RequestId,
        /// The text beside its redacted form.
        review: Review,
    },
    /// Answer to `Keep`: the values are stored. Before that, nothing may be sent.
    Kept {
        /// The request's number.
        id: RequestId,
    },
    /// Answer to `Restore`.
    Restored {
        /// The request's number.
        id: RequestId,
        /// The answer with its values.
        restored: Restored,
    },
    /// Answer to `Count`.
    Counted {
        /// The request's number.
        id: RequestId,
        /// Kinds that the conversation has, in the order of [`Category`]; kinds without values are left out.
        counts: Vec<TokenCount>,
    },
    /// Answer to `Forget`.
    Forgotten {
        /// The request's number.
        id: RequestId,
    },
    /// A request failed; nothing may be sent.
    Failed {
        /// The request's number.
        id: RequestId,
        /// What happened, and what to do.
        problem: Problem,
    },
}
