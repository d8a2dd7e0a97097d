//! The question that the council works on.

use conclave_protocol::{Passage, RequestId, Seat, SeatReport, ThreadId, TraceEvent, Turn, TurnPhase, Verdict};

/// A draft as its seat writes it; shown in the trace only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who writes.
    pub seat: Seat,
    /// Round, from 1.
    pub round: u32,
    /// The text so far.
    pub text: String,
}

/// What the gate decided and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// `None` where nothing was approved.
    pub verdict: Option<Verdict>,
    /// What decided it.
    pub reason: String,
}

/// A question that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Its request.
    pub request: RequestId,
    /// Its thread.
    pub thread: ThreadId,
    /// The question as asked.
    pub question: String,
    /// The turn, once the engine has stored it.
    pub turn: Option<Turn>,
    /// Passages found; `None` until the engine has searched.
    pub passages: Option<Vec<Passage>>,
    /// Where it stands.
    pub phase: Option<TurnPhase>,
    /// Drafts, in the order in which they began.
    pub drafts: Vec<Draft>,
    /// What the seats said, in the order in which they spoke.
    pub reports: Vec<SeatReport>,
    /// The gate's decision.
    pub decision: Option<Decision>,
    /// When Stop was pressed, Unix milliseconds.
    pub stopping_ms: Option<u64>,
    /// When it was asked, Unix milliseconds.
    pub asked_ms: u64,
}

impl Live {
    /// A question just asked.
    #[must_use]
    pub const fn new(request: RequestId, thread: ThreadId, question: String, asked_ms: u64) -> Self {
        Self {
            request,
            thread,
            question,
            turn: None,
            passages: None,
            phase: None,
            drafts: Vec::new(),
            reports: Vec::new(),
            decision: None,
            stopping_ms: None,
            asked_ms,
        }
    }

    /// Its thread.
    #[must_use]
    pub const fn thread(&self) -> &ThreadId {
        &self.thread
    }

    /// Takes one step of the council; `true` where the reading column shows something else now.
    pub fn take(&mut self, event: TraceEvent) -> bool {
        match event {
            TraceEvent::Phase(phase) => {
                let changed = self.phase.as_ref() != Some(&phase);
                self.phase = Some(phase);
                changed
            }
            TraceEvent::DraftText { seat, round, text } => {
                match self.drafts.iter_mut().rfind(|draft| draft.seat == seat && draft.round == round) {
                    Some(draft) => draft.text.push_str(&text),
                    None => self.drafts.push(Draft { seat, round, text }),
                }
                false
            }
            TraceEvent::Report(report) => {
                // The report carries the whole draft; the streamed one has done its work.
                if report.draft.is_some() {
                    self.drafts.retain(|draft| draft.seat != report.seat || draft.round != report.round);
                }
                self.reports.push(report);
                false
            }
            TraceEvent::Decided { verdict, reason } => {
                self.decision = Some(Decision { verdict, reason });
                false
            }
        }
    }
}
