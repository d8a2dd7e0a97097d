//! One question: search, store, wait for the models, deliberate, store.

use std::rc::Rc;

use conclave_ports::Cancel;
use conclave_protocol::{
    Answer, Event, FromWorker, ManifestId, ModelPhase, Outcome, Passage, Problem, ProblemCode, RequestId, Sourcing,
    ThreadId, TraceEvent, Turn, TurnId, TurnPhase,
};

use super::error::ServiceError;
use super::ports::Change;
use super::{Service, settings};
use crate::council::{Call, Council, Manifest, PastTurn, Question, Ruling, search_query};

/// Passages that the council reads. Four chunks of usual length fill half of the generator's context; the encoder orders
/// the sentences of twice as many.
const PASSAGES: usize = 8;

impl Service {
    /// Answers a question; the turn is returned as it was stored at its end.
    pub(super) async fn ask(
        &self,
        id: RequestId,
        thread: ThreadId,
        question: String,
        cancel: &Cancel,
    ) -> Result<Turn, ServiceError> {
        check(&question)?;
        let trace = |event| self.tell(Some(id), FromWorker::Trace(event));
        let history: Vec<PastTurn> = self.threads.turns(&thread).await?.iter().filter_map(past).collect();
        trace(TraceEvent::Phase(TurnPhase::Searching));
        let passages = self.search(&search_query(&question, &history), PASSAGES, cancel).await?;
        self.tell(Some(id), FromWorker::Found(passages.clone()));
        let mut turn = Turn {
            id: TurnId::from_random(self.random_id()?),
            thread,
            question,
            asked_ms: self.ports.clock.unix_ms(),
            passages,
            outcome: Outcome::Unfinished,
            reports: Vec::new(),
            took_ms: 0,
        };
        self.threads.begin(&turn).await?;
        (self.announce)(Change::Threads);
        self.tell(Some(id), FromWorker::TurnStarted(turn.clone()));

        // From here on the turn exists: whatever happens becomes its outcome.
        let manifest = match self.deliberate_somewhere(id, &mut turn, &history, cancel).await {
            Ok(manifest) => Some(manifest),
            Err(error) => {
                self.notes.failure("council", "a question ended without a ruling", &error);
                turn.outcome = if error.is_cancelled() { Outcome::Stopped } else { Outcome::Failed(error.into()) };
                None
            }
        };
        if let Err(error) = self.threads.end(&turn, manifest.as_ref(), self.ports.clock.unix_ms()).await {
            self.notes.failure("storage", "keeping a turn", &error);
            // An answer that would be gone after a reload is not shown as if it were kept.
            turn.outcome = Outcome::Failed(error.into());
        }
        (self.announce)(Change::Threads);
        Ok(turn)
    }

    /// Deliberates; where the graphics processor fails meanwhile, once more from the beginning, with a model that was loaded
    /// anew.
    async fn deliberate_somewhere(
        &self,
        id: RequestId,
        turn: &mut Turn,
        history: &[PastTurn],
        cancel: &Cancel,
    ) -> Result<Manifest, ServiceError> {
        loop {
            let done = self.deliberate(id, turn, history.to_vec(), cancel).await;
            match done.as_ref().err().and_then(ServiceError::gpu_fault) {
                Some(fault) => self.models.gpu_fails(fault),
                None => return done.map_err(|error| self.explain(error)),
            }
        }
    }

    async fn deliberate(
        &self,
        id: RequestId,
        turn: &mut Turn,
        history: Vec<PastTurn>,
        cancel: &Cancel,
    ) -> Result<Manifest, ServiceError> {
        let _first = self.priority.question();
        if !self.models.are_ready() {
            self.tell(Some(id), FromWorker::Trace(TraceEvent::Phase(TurnPhase::WaitingForModels)));
            // A model that failed says so in its status; the council works with what is there.
            match self.load_models(cancel).await {
                Err(error) if error.is_cancelled() => return Err(error),
                _ => {}
            }
        }
        if self.queues.is_held("ask") {
            self.tell(Some(id), FromWorker::Trace(TraceEvent::Phase(TurnPhase::WaitingForTurn)));
        }
        let _turn = self.queue("ask", cancel).await?;
        let question = Question {
            text: turn.question.clone(),
            history,
            library: self.documents.facts(&turn.question),
            passages: turn.passages.clone(),
        };
        let settings = settings::read(&*self.ports.store).await.unwrap_or_default();
        let council = Council::new(self.models.seated(), &settings);
        let to_page = Rc::clone(&self.emit);
        let call = Call {
            manifest: ManifestId::from_random(self.random_id()?),
            pulse: &self.pulse(cancel),
            clock: &*self.ports.clock,
            sink: Rc::new(move |event| to_page(Event { id: Some(id), body: FromWorker::Trace(event) })),
        };
        let done = council.deliberate(&question, call).await?;
        turn.reports = done.reports;
        turn.took_ms = done.took_ms;
        let manifest = done.manifest.id.clone();
        turn.outcome = match done.ruling {
            Ruling::Approved(approved) => Outcome::Answered(Answer::new(&approved)),
            Ruling::Abstained { reason } => Outcome::Abstained { reason, manifest },
            Ruling::Vetoed { rule } => Outcome::Vetoed { rule, manifest },
        };
        Ok(done.manifest)
    }

    /// Why a model is missing is more use than that it is.
    fn explain(&self, error: ServiceError) -> ServiceError {
        use crate::council::CouncilError;
        match (&error, self.models.status().generator.phase) {
            (ServiceError::Council(CouncilError::NeedsGenerator), ModelPhase::Failed(problem)) => problem.into(),
            _ => error,
        }
    }

    /// Passages for a query, best first: by words, and by meaning where the encoder is loaded.
    pub(super) async fn search(
        &self,
        query: &str,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<Passage>, ServiceError> {
        let _first = self.priority.question();
        let encoder = self.models.encoder();
        self.documents.search(query, encoder.as_deref(), limit, &self.pulse(cancel)).await
    }

    /// Excerpts for a query in the query language, best first.
    pub(super) async fn look_up(
        &self,
        query: &str,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<Passage>, ServiceError> {
        let _first = self.priority.question();
        let encoder = self.models.encoder();
        self.documents.look_up(query, encoder.as_deref(), limit, &self.pulse(cancel)).await
    }
}

fn check(question: &str) -> Result<(), ServiceError> {
    let refuse = |what: String, next: &str| Err(Problem::new(ProblemCode::BadRequest, what, next).into());
    if question.trim().is_empty() {
        return refuse("The question is empty.".to_owned(), "Write a question.");
    }
    if question.trim().len() > Question::MAX_BYTES {
        let what = format!("The question is longer than {} bytes.", Question::MAX_BYTES);
        return refuse(what, "Put the long text into a document and ask about it.");
    }
    Ok(())
}

/// A turn as the council reads it; one that cannot be read is no history.
fn past(turn: &Turn) -> Option<PastTurn> {
    if turn.question.is_empty() {
        return None;
    }
    let answer = match &turn.outcome {
        Outcome::Answered(answer) => Some(answer.parts()),
        _ => None,
    };
    Some(PastTurn {
        question: turn.question.clone(),
        answer: answer.map(|parts| without_marks(&parts.text)),
        from_documents: answer.is_some_and(|parts| parts.sourcing == Sourcing::Cited),
    })
}

/// The text without its citation marks `[1]`, `[2]`, …
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let tail = &rest[open + 1..];
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && tail[digits..].starts_with(']') {
            out.push_str(rest[..open].trim_end());
            rest = &tail[digits + 1..];
        } else {
            out.push_str(&rest[..=open]);
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod unit {
    use super::without_marks;

    #[test]
    fn citation_marks_are_dropped_and_other_brackets_stay() {
        assert_eq!(without_marks("Two years [1]. See [a] and [2][3]."), "Two years. See [a] and.");
        assert_eq!(without_marks("[12"), "[12");
    }
}
