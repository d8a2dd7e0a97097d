//! The `redact` program: text in, marks, reviews and restored answers out. Small, so that the composer never waits for the
//! engine.
//!
//! It keeps the tokens of conversations, sealed, in the same store as the engine; nothing else there is its business.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use conclave_ports::{Cancel, Fetch, Store, Table, Write};
use conclave_privacy::names::Gazetteer;
use conclave_privacy::review::{Decisions, restore, review};
use conclave_privacy::{Kind, PrivacyError, Redactor, Rules, Tokens};
use conclave_protocol::{FromRedact, Problem, ProblemCode, RequestId, Review, ThreadId, ToRedact, TokenCount};
use conclave_vault::SealedStore;
use conclave_vault::store::Parts;
use conclave_worker::entropy::BrowserEntropy;
use conclave_worker::fetch::BrowserFetch;
use conclave_worker::keys::BrowserKeys;
use conclave_worker::lock::WebLock;
use conclave_worker::scope;
use conclave_worker::store::IdbStore;
use conclave_worker::yields::BrowserYield;
use conclave_worker::{DEVICE, NAME};
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use wasm_bindgen_futures::spawn_local;

/// Largest list of names that is read: five times what is shipped.
const NAMES_MAX_BYTES: usize = 1 << 20;

/// What the program knows.
struct Desk {
    /// Finds what has a form; from the beginning.
    forms: Redactor,
    /// Finds names as well; once their list is here.
    names: OnceCell<Redactor>,
    rules: RefCell<Rules>,
    /// The conversations' tokens.
    store: SealedStore,
    /// What the last review would add.
    reviewed: RefCell<Option<(ThreadId, Tokens)>>,
}

fn main() {
    // Without a redactor there is no `Ready`: the page then says that nothing can be marked (and sends nothing).
    let Ok(forms) = Redactor::new() else { return };
    let desk = Rc::new(Desk {
        forms,
        names: OnceCell::new(),
        rules: RefCell::default(),
        store: SealedStore::new(Parts {
            store: Rc::new(IdbStore::new(NAME)),
            keys: Rc::new(BrowserKeys::new(DEVICE)),
            entropy: Rc::new(BrowserEntropy),
            lock: Rc::new(WebLock::new(NAME)),
            yields: Rc::new(BrowserYield::new()),
        }),
        reviewed: RefCell::default(),
    });
    let (sender, mut messages) = mpsc::unbounded();
    scope::listen(move |data| {
        if let Some(message) = scope::from_js(data) {
            // The receiver lives as long as the program.
            let _ = sender.unbounded_send(message);
        }
    });
    let answering = Rc::clone(&desk);
    spawn_local(async move {
        // One after the other: a review uses the tokens that the one before kept.
        while let Some(message) = messages.next().await {
            scope::post(&answering.answer(message).await);
        }
    });
    scope::post(&FromRedact::Ready);
    spawn_local(async move {
        if desk.learn_names().await {
            scope::post(&FromRedact::NamesKnown);
        }
    });
}

impl Desk {
    async fn answer(&self, message: ToRedact) -> FromRedact {
        match message {
            ToRedact::Configure { settings } => {
                let (rules, problems) = Rules::compile(&settings);
                *self.rules.borrow_mut() = rules;
                FromRedact::Configured { problems }
            }
            ToRedact::Mark { id, text } => {
                let redactor = self.names.get().unwrap_or(&self.forms);
                let marks = redactor.marks_by(&text, &self.rules.borrow(), &mut Tokens::new());
                marks.map_or_else(|error| failed(id, unread(&error)), |marks| FromRedact::Marks { id, marks })
            }
            ToRedact::Review { id, thread, text, kept, hidden } => {
                let decisions = Decisions { kept: &kept, hidden: &hidden };
                let reviewed = self.review(&thread, &text, decisions).await;
                reviewed.map_or_else(|problem| failed(id, problem), |review| FromRedact::Reviewed { id, review })
            }
            ToRedact::Keep { id, thread } => {
                let kept = self.keep(&thread).await;
                kept.map_or_else(|problem| failed(id, problem), |()| FromRedact::Kept { id })
            }
            ToRedact::Restore { id, thread, text } => match self.tokens(&thread).await {
                Ok(tokens) => FromRedact::Restored { id, restored: restore(&tokens, &text) },
                Err(problem) => failed(id, problem),
            },
            ToRedact::Count { id, thread } => match self.tokens(&thread).await {
                Ok(tokens) => FromRedact::Counted { id, counts: counts(&tokens) },
                Err(problem) => failed(id, problem),
            },
            ToRedact::Forget { id, thread } => {
                self.reviewed.take();
                let forgotten = self.store.commit(vec![Write::delete(Table::Tokens, thread.0)]).await;
                forgotten.map_or_else(|_| failed(id, not_stored()), |()| FromRedact::Forgotten { id })
            }
        }
    }
}

impl Desk {
    /// Fetches the list of names that the page named; `false` where there is none or it cannot be used.
    async fn learn_names(&self) -> bool {
        let Some(path) = scope::told("names") else { return false };
        let Ok(bytes) = BrowserFetch.get(&path, NAMES_MAX_BYTES, &Cancel::new(), &|_| ()).await else { return false };
        let (Ok(gazetteer), Ok(redactor)) = (Gazetteer::from_bytes(bytes), Redactor::new()) else { return false };
        self.names.set(redactor.with_gazetteer(gazetteer)).is_ok()
    }

    /// Names are looked for in every review: what is about to leave is not shown as harmless before they are known.
    async fn review(&self, thread: &ThreadId, text: &str, decisions: Decisions<'_>) -> Result<Review, Problem> {
        if self.names.get().is_none() {
            // It may have been without network at the start.
            self.learn_names().await;
        }
        let redactor = self.names.get().ok_or_else(no_names)?;
        let tokens = self.tokens(thread).await?;
        let (review, tokens) =
            review(redactor, &self.rules.borrow(), &tokens, text, decisions).map_err(|error| unread(&error))?;
        *self.reviewed.borrow_mut() = Some((thread.clone(), tokens));
        Ok(review)
    }

    /// Stores what the last review added.
    async fn keep(&self, thread: &ThreadId) -> Result<(), Problem> {
        let reviewed = self.reviewed.borrow_mut().take_if(|(of, _)| of == thread);
        let (_, tokens) = reviewed.ok_or_else(nothing_reviewed)?;
        let write = Write::put(Table::Tokens, thread.as_str(), tokens.to_bytes());
        self.store.commit(vec![write]).await.map_err(|_| not_stored())
    }

    /// The tokens of a conversation, as they were kept.
    async fn tokens(&self, thread: &ThreadId) -> Result<Tokens, Problem> {
        match self.store.get(Table::Tokens, thread.as_str()).await {
            Ok(Some(bytes)) => Tokens::from_bytes(&bytes, Some(thread)).map_err(|_| damaged()),
            Ok(None) => Ok(Tokens::of(thread.clone())),
            Err(_) => Err(not_stored()),
        }
    }
}

/// How many values the tokens of each kind stand for.
fn counts(tokens: &Tokens) -> Vec<TokenCount> {
    // In the order of the categories, which the statistics have.
    tokens
        .statistics()
        .into_iter()
        .filter_map(|one| match one.kind {
            Kind::Value(category) if one.values > 0 => {
                Some(TokenCount { category, values: u32::try_from(one.values).unwrap_or(u32::MAX) })
            }
            Kind::Value(_) | Kind::Literal => None,
        })
        .collect()
}

fn failed(id: RequestId, problem: Problem) -> FromRedact {
    FromRedact::Failed { id, problem }
}

fn unread(error: &PrivacyError) -> Problem {
    match error {
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
    }
}

fn no_names() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "The list of names could not be loaded, so names would not be hidden.",
        "Look at your connection, then try again.",
    )
}

fn not_stored() -> Problem {
    Problem::new(
        ProblemCode::StorageUnavailable,
        "The values behind the tokens cannot be stored or read on this device.",
        "Free some space or close private browsing, then try again.",
    )
}

fn damaged() -> Problem {
    Problem::new(
        ProblemCode::Corrupt,
        "The values behind this conversation's tokens are damaged.",
        "Forget this conversation's values and begin again.",
    )
}

fn nothing_reviewed() -> Problem {
    Problem::new(ProblemCode::Internal, "There is no review whose values could be kept.", "Look at the text again.")
}
