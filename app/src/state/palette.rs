//! What the command palette offers: commands, threads and documents.

use conclave_protocol::{DocumentId, ThreadId};

use super::AppState;
use super::command::Command;

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Do this.
    Command(Command),
    /// Open this thread.
    Thread {
        /// Which.
        id: ThreadId,
        /// Its title.
        title: String,
    },
    /// Open this document.
    Document {
        /// Which.
        id: DocumentId,
        /// Its title.
        title: String,
    },
}

impl Entry {
    /// What the line says.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Command(command) => command.label(),
            Self::Thread { title, .. } | Self::Document { title, .. } => title,
        }
    }

    /// What kind of thing it is.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Command(command) => command.group().label(),
            Self::Thread { .. } => "Thread",
            Self::Document { .. } => "Document",
        }
    }

    /// Identity among the entries, for keyed lists.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Command(command) => command.label().to_owned(),
            Self::Thread { id, .. } => format!("thread {id}"),
            Self::Document { id, .. } => format!("document {id}"),
        }
    }
}

/// Most documents that the palette reaches, the newest ones: it looks through all at every key. The others are searched for.
const DOCUMENTS_MAX: usize = 2_000;

/// Everything that can be reached now.
#[must_use]
pub fn entries(state: &AppState) -> Vec<Entry> {
    let commands = Command::ALL
        .into_iter()
        .filter(|command| *command != Command::Palette && command.is_available(state))
        .map(Entry::Command);
    let threads = state
        .threads
        .iter()
        .filter(|thread| thread.id != state.current)
        .map(|thread| Entry::Thread { id: thread.id.clone(), title: thread.title.clone() });
    let documents = state
        .documents
        .iter()
        .take(DOCUMENTS_MAX)
        .map(|document| Entry::Document { id: document.id.clone(), title: document.title.clone() });
    commands.chain(threads).chain(documents).collect()
}

/// Most lines shown; a person types another letter rather than read more.
const MOST: usize = 50;

/// The entries that match what was typed, best first; all where nothing was typed.
#[must_use]
pub fn matching(entries: &[Entry], typed: &str) -> Vec<Entry> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(u32, &Entry)> =
        entries.iter().filter_map(|entry| score(entry.label(), &typed).map(|score| (score, entry))).collect();
    // The sort is stable: equal matches keep the order of the list.
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().take(MOST).map(|(_, entry)| entry.clone()).collect()
}

/// How well a label matches: whole beginning, beginning of a word, anywhere, letters in order; `None` for no match.
fn score(label: &str, typed: &str) -> Option<u32> {
    let label = label.to_lowercase();
    if label.starts_with(typed) {
        return Some(4);
    }
    if label.split_whitespace().any(|word| word.starts_with(typed)) {
        return Some(3);
    }
    if label.contains(typed) {
        return Some(2);
    }
    let mut letters = label.chars();
    typed.chars().filter(|c| !c.is_whitespace()).all(|wanted| letters.any(|c| c == wanted)).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(typed: &str) -> Vec<String> {
        let all: Vec<Entry> = Command::ALL.into_iter().map(Entry::Command).collect();
        matching(&all, typed).iter().map(|entry| entry.label().to_owned()).collect()
    }

    #[test]
    fn beginnings_come_before_words_before_letters() {
        assert_eq!(labels("set")[0], "Settings");
        assert_eq!(labels("trace")[0], "Show the council's trace");
        assert_eq!(labels("nwt")[0], "New thread");
        assert!(labels("zzz").is_empty());
        assert_eq!(labels("").len(), Command::ALL.len());
        assert_eq!(labels("THREAD")[0], "New thread");
    }
}
