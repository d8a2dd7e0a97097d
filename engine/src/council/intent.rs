//! What a person wants, as Pathos reads it.

use serde::{Deserialize, Serialize};

/// What the person wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// A question that wants an answer.
    Ask,
    /// Write, rewrite, translate or continue something.
    Compose,
    /// Greeting, thanks, small talk.
    Chat,
}

/// Where the answer has to come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// From the documents, or not at all.
    Documents,
    /// From the model, labelled "without sources".
    General,
}

/// What kind of thing answers the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AnswerKind {
    /// Who, whose.
    Person,
    /// How many, how much, how old, which percentage.
    Number,
    /// When, which year.
    Date,
    /// Where, which country.
    Place,
    /// Is, does, can.
    YesNo,
    /// What is, define, explain.
    Definition,
    /// List, which ones, name all.
    List,
    /// How to, steps.
    HowTo,
    /// Why.
    Reason,
    /// What, which: some other thing.
    Thing,
}

/// What Pathos found out about a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What the person wants done.
    pub task: Task,
    /// Where the answer has to come from.
    pub route: Route,
    /// What kind of thing answers it.
    pub kind: AnswerKind,
    /// Whether the question leans on the turn before it.
    pub follow_up: bool,
    /// The question that stands on its own: a follow-up with what it refers to.
    pub standalone: String,
    /// Content words of the standalone question, lower case, in order, without repetition.
    pub words: Vec<String>,
    /// Names in the standalone question.
    pub names: Vec<String>,
    /// Numbers in the standalone question, normalised (`1,000` is `1000`).
    pub numbers: Vec<String>,
    /// Why this route, plain sentences.
    pub reasons: Vec<String>,
}
