//! What happened, as the engine's journal tells it, and how it is told in a report.

use std::fmt::Write;

use conclave_protocol::{JournalEntry, JournalLevel, Problem, ProblemCode, ToWorker};

use super::AppState;
use super::effect::Effect;
use super::section::Section;

/// What is known of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    /// The entries, the newest last; `None` until the engine has told them.
    pub entries: Option<Vec<JournalEntry>>,
    /// Whether they were copied; `None` before the button was pressed.
    pub copied: Option<bool>,
    /// Where the engine panicked, until the next one has noted it.
    panicked: Option<String>,
}

impl AppState {
    /// Asks for what happened until now.
    pub(super) fn read_journal(&mut self) {
        self.journal.copied = None;
        self.touch(Section::Device);
        if self.pending.find(|body| *body == ToWorker::ReadJournal).is_none() {
            self.request(ToWorker::ReadJournal, None);
        }
    }

    pub(super) fn on_journal(&mut self, entries: Vec<JournalEntry>) {
        self.journal.entries = Some(entries);
        self.touch(Section::Device);
    }

    pub(super) fn copy_journal(&mut self) {
        if let Some(entries) = &self.journal.entries {
            let text = journal_text(entries);
            self.effect(Effect::CopyJournal(text));
        }
    }

    pub(super) fn journal_copied(&mut self, done: bool) {
        self.journal.copied = Some(done);
        self.touch(Section::Device);
    }

    /// The engine's last word. The next one notes it, because this one's journal ends with it.
    pub(super) fn engine_panicked(&mut self, place: String) {
        let what = format!("The engine stopped at {place}.");
        self.report(Problem::new(ProblemCode::Internal, what, "It is started again; what was stored is intact."), None);
        self.journal.panicked = Some(place);
    }

    /// Gives the engine what the one before could not note.
    pub(super) fn hand_on_panic(&mut self) {
        if let Some(place) = self.journal.panicked.take() {
            self.request(ToWorker::NotePanic { place }, None);
        }
    }
}

/// The entries as text, one a line, with times in UTC so that a report does not tell where somebody is.
#[must_use]
pub fn journal_text(entries: &[JournalEntry]) -> String {
    let mut text = String::new();
    for entry in entries {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{} {}", time_of_day(entry.time_ms), entry_words(entry));
    }
    text
}

/// An entry without its time: `trouble, models: …`.
#[must_use]
pub fn entry_words(entry: &JournalEntry) -> String {
    let level = match entry.level {
        JournalLevel::News => "",
        JournalLevel::Trouble => "trouble, ",
    };
    let times = if entry.times > 1 { format!(" ({} times)", entry.times) } else { String::new() };
    format!("{level}{}: {}{times}", entry.source, entry.text)
}

/// A time of the day in UTC: `09:05:59Z`.
#[must_use]
pub fn time_of_day(unix_ms: u64) -> String {
    let second = unix_ms / 1_000 % 86_400;
    format!("{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}
