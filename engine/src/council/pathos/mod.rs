//! Pathos: what does the person want, and does the draft give it?
//!
//! [`RulePathos`] reads the question by rules ([`task`], [`kind`], [`measure`], [`route`]) and, once there is a draft, checks that it
//! is of the kind asked for.

pub mod kind;
pub mod measure;
pub mod route;
pub mod task;

use conclave_ports::LocalFuture;
use conclave_protocol::{Seat, Sourcing};

use super::agent::{Agent, AgentError, Finding, Opinion};
use super::deliberation::Deliberation;
use super::draft::Draft;
use super::intent::{AnswerKind, Intent, Route, Task};
use super::question::Question;
use super::reading::Reading;
use super::search::{is_follow_up, library_words, search_query};
use super::text::{content_stems, names, numbers};

/// Pathos by rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct RulePathos;

impl Agent for RulePathos {
    fn seat(&self) -> Seat {
        Seat::Pathos
    }

    fn implementation(&self) -> String {
        "rules".into()
    }

    fn consider<'a>(
        &'a self,
        question: &'a Question,
        so_far: &'a Deliberation,
    ) -> LocalFuture<'a, Result<Opinion, AgentError>> {
        Box::pin(async move {
            Ok(match (so_far.intent(), so_far.draft()) {
                (Some(intent), Some(draft)) => review(intent, draft),
                _ => read(question, so_far.reading()),
            })
        })
    }
}

/// What the person wants.
#[must_use]
pub fn read(question: &Question, reading: &Reading) -> Opinion {
    let text = question.read();
    let task = task::task_of(text);
    let kind = kind::kind_of(text);
    let (route, why) = route::route(question, reading, task, kind);
    let standalone = search_query(text, question.recent());
    let wants = match task {
        Task::Ask => format!("A question that wants {}.", kind::in_words(kind)),
        Task::Compose => "A request to write something.".into(),
        Task::Chat => "Conversation.".into(),
    };
    let intent = Intent {
        task,
        route,
        kind,
        follow_up: is_follow_up(text, question.recent()),
        words: library_words(&standalone),
        names: names(&standalone).into_iter().map(|name| name.text).collect(),
        numbers: numbers(&standalone).into_iter().map(|number| number.value).collect(),
        standalone,
        reasons: vec![why.clone()],
    };
    Opinion::support(Finding::Intent(intent), vec![wants, why])
}

/// Whether the draft gives what the person wants.
#[must_use]
pub fn review(intent: &Intent, draft: &Draft) -> Opinion {
    let text = draft.bare_text();
    if text.trim().is_empty() {
        return Opinion::object(Finding::Judgement, vec!["The draft is empty.".into()]);
    }
    if intent.route == Route::Documents && draft.sourcing() == Sourcing::WithoutSources {
        return Opinion::object(Finding::Judgement, vec!["The question wants an answer from the documents.".into()]);
    }
    // A quotation is judged by Ethos as evidence; its kind was part of choosing it.
    let wants_kind = matches!(intent.kind, AnswerKind::Number | AnswerKind::Date);
    if intent.task == Task::Ask && wants_kind && !kind::holds(intent.kind, &text, &intent.standalone) {
        return Opinion::object(
            Finding::Judgement,
            vec![format!("The question wants {}, and the draft holds none.", kind::in_words(intent.kind))],
        );
    }
    if repeats_question(&text, &intent.standalone) {
        return Opinion::object(Finding::Judgement, vec!["The draft only repeats the question.".into()]);
    }
    Opinion::support(Finding::Judgement, vec!["The draft gives what was asked for.".into()])
}

fn repeats_question(text: &str, question: &str) -> bool {
    let asked = content_stems(question);
    text.trim_end().ends_with('?') && content_stems(text).iter().all(|word| asked.contains(word))
}
