//! A question from Enter to its end.

use std::sync::Arc;

use conclave_protocol::{Outcome, Problem, RequestId, ThreadInfo, ToWorker, Turn};

use super::AppState;
use super::connection::Stage;
use super::effect::{Effect, Env};
use super::format::shorten;
use super::layout::PanelTab;
use super::live::Live;
use super::section::Section;
use super::words::outcome_words;

/// How long a stopped question may take to end before a second press ends the worker. Between two tokens, or within
/// one encoder batch, the engine looks for cancellation; both are below a second on a weak laptop.
pub(super) const STOP_PATIENCE_MS: u64 = 3_000;

/// Longest title made from a first question, in characters: two lines of the thread list.
const TITLE_CHARS: usize = 60;

impl AppState {
    /// Asks the council; `false` where it cannot be asked now.
    pub(super) fn ask(&mut self, question: String, env: &Env) -> bool {
        if question.is_empty() {
            return false;
        }
        if self.live.is_some() {
            self.announce("One question at a time: stop the running one first.");
            return false;
        }
        if let Stage::Down(problem) = &self.connection.stage {
            let words = problem.to_string();
            self.announce(words);
            return false;
        }
        self.leave_library();
        // Models that were not loaded at the start are needed now.
        if self.models.as_ref().is_some_and(|models| !models.are_ready()) {
            self.load_models();
        }
        let thread = self.current.clone();
        let request = self.request(ToWorker::Ask { thread: thread.clone(), question: question.clone() }, None);
        self.live = Some(Live::new(request, thread, question, env.now_ms));
        self.layout.traced = None;
        if self.layout.panel_open && !self.layout.narrow && self.reader.is_none() {
            self.layout.tab = PanelTab::Trace;
        }
        for section in [Section::Live, Section::Trace, Section::Layout, Section::Threads] {
            self.touch(section);
        }
        true
    }

    pub(super) fn stop_asking(&mut self, env: &Env) {
        let Some(live) = &mut self.live else { return };
        let request = live.request;
        if self.pending.withdraw(request) {
            self.drop_live(None);
            return;
        }
        match live.stopping_ms {
            None => {
                live.stopping_ms = Some(env.now_ms);
                self.touch(Section::Live);
                self.announce("Stopping…");
                self.request(ToWorker::Cancel { request }, None);
            }
            Some(since) if env.now_ms.saturating_sub(since) >= STOP_PATIENCE_MS => self.end_worker(),
            Some(_) => {}
        }
    }

    pub(super) fn on_turn_started(&mut self, id: Option<RequestId>, turn: Turn) {
        let Some(live) = self.live.as_mut().filter(|live| Some(live.request) == id) else { return };
        if live.passages.is_none() && !turn.passages.is_empty() {
            live.passages = Some(turn.passages.clone());
        }
        let is_current = turn.thread == self.current;
        match self.threads.iter().position(|thread| thread.id == turn.thread) {
            Some(at) => {
                let mut info = self.threads.remove(at);
                info.changed_ms = turn.asked_ms;
                info.turns += 1;
                self.threads.insert(0, info);
            }
            None => self.threads.insert(
                0,
                ThreadInfo {
                    id: turn.thread.clone(),
                    title: shorten(&turn.question, TITLE_CHARS),
                    changed_ms: turn.asked_ms,
                    turns: 1,
                },
            ),
        }
        let thread = turn.thread.clone();
        live.turn = Some(turn);
        if is_current {
            self.effect(Effect::RememberThread(Some(thread)));
        }
        self.touch(Section::Live);
        self.touch(Section::Threads);
    }

    pub(super) fn on_turn_ended(&mut self, id: Option<RequestId>, turn: Turn) {
        if let Some(live) = self.live.take_if(|live| Some(live.request) == id) {
            if let Some(decision) = live.decision {
                self.decisions.insert(turn.id.clone(), decision);
            }
            self.touch(Section::Live);
            self.touch(Section::Trace);
            // The sidebar's mark of the running thread goes.
            self.touch(Section::Threads);
        }
        self.announce(format!("{}.", outcome_words(&turn.outcome)));
        if turn.thread == self.current {
            self.put_turn(turn);
        }
    }

    pub(super) fn put_turn(&mut self, turn: Turn) {
        let turn = Arc::new(turn);
        match self.turns.iter_mut().find(|known| known.id == turn.id) {
            Some(known) => *known = turn,
            None => self.turns.push(turn),
        }
        self.touch(Section::Turns);
    }

    /// The live question ends without a stored turn's end. A question that was never stored goes back into the composer;
    /// a stored one stays in the thread as failed, or as stopped where there is no problem.
    pub(super) fn drop_live(&mut self, problem: Option<&Problem>) -> Option<Kept> {
        let Live { turn, question, passages, reports, .. } = self.live.take()?;
        for section in [Section::Live, Section::Trace, Section::Threads] {
            self.touch(section);
        }
        match turn {
            Some(turn) => {
                let outcome = problem.map_or(Outcome::Stopped, |problem| Outcome::Failed(problem.clone()));
                let passages = passages.unwrap_or_default();
                if turn.thread == self.current {
                    self.put_turn(Turn { outcome, passages, reports, ..turn });
                }
                Some(Kept::InThread)
            }
            None => {
                self.restore_question(&question);
                Some(Kept::InComposer)
            }
        }
    }

    pub(super) fn restore_question(&mut self, question: &str) {
        let text = if self.composer.text.trim().is_empty() {
            question.to_owned()
        } else {
            format!("{question}\n\n{}", self.composer.text)
        };
        self.set_composer(text);
        self.touch(Section::Composer);
    }
}

/// Where the words of an ended question are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// In a turn of its thread.
    InThread,
    /// Back in the composer.
    InComposer,
}
