//! Threads: which one is open, and what a person or another tab does to them.

use std::sync::Arc;

use conclave_protocol::{ThreadId, ThreadInfo, ToWorker, Turn};

use super::AppState;
use super::effect::{Effect, Env};
use super::section::Section;

/// Longest title that a person can give, in characters.
const TITLE_MOST_CHARS: usize = 120;

impl AppState {
    /// Leaves the open thread for a new, empty one.
    pub(super) fn begin_thread(&mut self, env: &Env) {
        self.leave_library();
        self.switch_to(ThreadId::from_random(env.random));
        self.reading_thread = false;
        self.effect(Effect::RememberThread(None));
    }

    pub(super) fn switch_to(&mut self, thread: ThreadId) {
        self.current = thread;
        self.turns.clear();
        self.layout.traced = None;
        self.layout.close_sheets();
        for section in [Section::Threads, Section::Turns, Section::Live, Section::Trace, Section::Layout] {
            self.touch(section);
        }
    }

    pub(super) fn open_thread(&mut self, thread: ThreadId) {
        self.close_dialog();
        self.leave_library();
        if thread == self.current || self.threads.iter().all(|known| known.id != thread) {
            if self.layout.close_sheets() {
                self.touch(Section::Layout);
            }
            return;
        }
        self.switch_to(thread.clone());
        self.reading_thread = true;
        self.effect(Effect::RememberThread(Some(thread)));
        self.read_current();
    }

    pub(super) fn step_thread(&mut self, step: isize) {
        let count = self.threads.len();
        let at = self.threads.iter().position(|thread| thread.id == self.current);
        let next = match at {
            Some(at) => (at + count).saturating_add_signed(step) % count.max(1),
            None => 0,
        };
        if let Some(thread) = self.threads.get(next) {
            self.open_thread(thread.id.clone());
        }
    }

    pub(super) fn rename_thread(&mut self, thread: ThreadId, title: &str) {
        self.close_dialog();
        let title: String = title.trim().chars().take(TITLE_MOST_CHARS).collect();
        if title.is_empty() {
            return;
        }
        if let Some(info) = self.threads.iter_mut().find(|info| info.id == thread) {
            info.title.clone_from(&title);
            self.touch(Section::Threads);
        }
        self.request(ToWorker::RenameThread { thread, title }, None);
    }

    /// The thread stays until the engine has deleted it: what is said to be gone must not come back with the next load.
    pub(super) fn delete_thread(&mut self, thread: ThreadId) {
        self.close_dialog();
        self.request(ToWorker::DeleteThread { thread }, None);
    }

    pub(super) fn read_current(&mut self) {
        let thread = self.current.clone();
        let asked = |body: &ToWorker| *body == ToWorker::ReadThread { thread: thread.clone() };
        if self.pending.find(asked).is_none() {
            self.request(ToWorker::ReadThread { thread: thread.clone() }, None);
        }
    }

    pub(super) fn on_thread(&mut self, info: &ThreadInfo, turns: Vec<Turn>) {
        if info.id != self.current {
            return;
        }
        self.reading_thread = false;
        // The live turn is stored as unfinished; it is shown as what it is.
        let live = self.live.as_ref().and_then(|live| live.turn.as_ref()).map(|turn| turn.id.clone());
        self.turns = turns.into_iter().filter(|turn| Some(&turn.id) != live.as_ref()).map(Arc::new).collect();
        self.touch(Section::Turns);
        self.touch(Section::Threads);
    }

    pub(super) fn on_threads(&mut self, threads: Vec<ThreadInfo>, env: &Env) {
        let was_listed = self.current_thread().is_some();
        self.threads = threads;
        self.touch(Section::Threads);
        match self.current_thread() {
            None if was_listed && self.live_here().is_none() => self.begin_thread(env),
            Some(info) => {
                let known = self.turns.len() + usize::from(self.live_here().is_some_and(|live| live.turn.is_some()));
                // Another tab asked in this thread.
                if !self.reading_thread && info.turns as usize > known {
                    self.read_current();
                }
            }
            None => {}
        }
    }
}
