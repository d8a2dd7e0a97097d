//! The `redact` program: text in, marks and reviews out. Small, so that the composer never waits for the engine.

use std::cell::RefCell;
use std::collections::HashMap;

use conclave_privacy::review::{Decisions, restore, review};
use conclave_privacy::{Kind, PrivacyError, Redactor, Rules, Tokens};
use conclave_protocol::{FromRedact, Problem, ProblemCode, RequestId, ThreadId, ToRedact, TokenCount};
use conclave_worker::scope;

/// What the program knows.
struct Desk {
    redactor: Redactor,
    rules: RefCell<Rules>,
    /// The conversations' values, as far as they were kept.
    kept: RefCell<HashMap<ThreadId, Tokens>>,
    /// What the last review would add.
    reviewed: RefCell<Option<(ThreadId, Tokens)>>,
}

fn main() {
    // Without a redactor there is no `Ready`: the page then says that nothing can be marked (and sends nothing).
    let Ok(redactor) = Redactor::new() else { return };
    let desk = Desk { redactor, rules: RefCell::default(), kept: RefCell::default(), reviewed: RefCell::default() };
    scope::listen(move |data| {
        if let Some(message) = scope::from_js(data) {
            scope::post(&desk.answer(message));
        }
    });
    scope::post(&FromRedact::Ready);
}

impl Desk {
    fn answer(&self, message: ToRedact) -> FromRedact {
        match message {
            ToRedact::Configure { settings } => {
                let (rules, problems) = Rules::compile(&settings);
                *self.rules.borrow_mut() = rules;
                FromRedact::Configured { problems }
            }
            ToRedact::Mark { id, text } => {
                let marks = self.redactor.marks_by(&text, &self.rules.borrow(), &mut Tokens::new());
                marks.map_or_else(|error| failed(id, &error), |marks| FromRedact::Marks { id, marks })
            }
            ToRedact::Review { id, thread, text, kept, hidden } => {
                let tokens = self.tokens(&thread);
                let decisions = Decisions { kept: &kept, hidden: &hidden };
                match review(&self.redactor, &self.rules.borrow(), &tokens, &text, decisions) {
                    Ok((review, tokens)) => {
                        *self.reviewed.borrow_mut() = Some((thread, tokens));
                        FromRedact::Reviewed { id, review }
                    }
                    Err(error) => failed(id, &error),
                }
            }
            ToRedact::Keep { id, thread } => {
                if let Some((of, tokens)) = self.reviewed.take()
                    && of == thread
                {
                    self.kept.borrow_mut().insert(thread, tokens);
                    return FromRedact::Kept { id };
                }
                FromRedact::Failed { id, problem: nothing_reviewed() }
            }
            ToRedact::Restore { id, thread, text } => {
                FromRedact::Restored { id, restored: restore(&self.tokens(&thread), &text) }
            }
            ToRedact::Count { id, thread } => FromRedact::Counted { id, counts: counts(&self.tokens(&thread)) },
            ToRedact::Forget { id, thread } => {
                self.kept.borrow_mut().remove(&thread);
                self.reviewed.borrow_mut().take_if(|(of, _)| *of == thread);
                FromRedact::Forgotten { id }
            }
        }
    }

    fn tokens(&self, thread: &ThreadId) -> Tokens {
        self.kept.borrow().get(thread).cloned().unwrap_or_else(|| Tokens::of(thread.clone()))
    }
}

/// How many values the tokens of each kind stand for.
fn counts(tokens: &Tokens) -> Vec<TokenCount> {
    let mut counts: Vec<TokenCount> = tokens
        .statistics()
        .into_iter()
        .filter_map(|one| match one.kind {
            Kind::Value(category) if one.values > 0 => {
                Some(TokenCount { category, values: u32::try_from(one.values).unwrap_or(u32::MAX) })
            }
            Kind::Value(_) | Kind::Literal => None,
        })
        .collect();
    counts.sort_by_key(|count| count.category);
    counts
}

fn failed(id: RequestId, error: &PrivacyError) -> FromRedact {
    let problem = match error {
        PrivacyError::TooLong { .. } => Problem::new(
            ProblemCode::TooLarge,
            "The text is too long to be read for private values, so nothing of it can be sent.",
            "Take a part of it.",
        ),
        _ => Problem::new(
            ProblemCode::Internal,
            "The text could not be read for private values, so nothing of it can be sent.",
            "Load the page again.",
        ),
    };
    FromRedact::Failed { id, problem }
}

fn nothing_reviewed() -> Problem {
    Problem::new(ProblemCode::Internal, "There is no review whose values could be kept.", "Look at the text again.")
}
