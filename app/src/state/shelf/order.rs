//! Which documents are listed, and in which order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use conclave_protocol::imported::Kind;
use conclave_protocol::{DocumentId, DocumentInfo};

use super::Shelf;
use crate::state::library::Documents;
use crate::state::places::kind_words;

/// What documents are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// When they were added, the newest first.
    #[default]
    Added,
    /// Their own date, the newest first; those without one last.
    Date,
    /// Their names.
    Name,
    /// What they are.
    Kind,
    /// The size of their files, the largest first.
    Size,
    /// How many passages they have, the most first.
    Passages,
}

impl Sort {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Added, Self::Date, Self::Name, Self::Kind, Self::Size, Self::Passages];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Date => "Own date",
            Self::Name => "Name",
            Self::Kind => "Kind",
            Self::Size => "Size",
            Self::Passages => "Passages",
        }
    }
}

/// Which documents are listed by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Only {
    /// All.
    #[default]
    All,
    /// Those that are found by their meaning too.
    Embedded,
    /// Those that are found by their words alone.
    WordsOnly,
    /// Those of which a part was not read.
    Partial,
}

impl Only {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::All, Self::Embedded, Self::WordsOnly, Self::Partial];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::All => "Any state",
            Self::Embedded => "Found by words and meaning",
            Self::WordsOnly => "Found by words only",
            Self::Partial => "Read in part",
        }
    }

    fn admits(self, info: &DocumentInfo) -> bool {
        match self {
            Self::All => true,
            Self::Embedded => info.embedded,
            Self::WordsOnly => !info.embedded,
            Self::Partial => info.partial.is_some(),
        }
    }
}

pub(super) fn listed(shelf: &Shelf, documents: &Documents) -> Vec<DocumentId> {
    let words = shelf.words.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let tag = shelf.tag.as_ref().map(|tag| tag.to_lowercase());
    let has_tag =
        |info: &DocumentInfo| tag.as_ref().is_none_or(|tag| info.tags.iter().any(|other| other.to_lowercase() == *tag));
    let mut found: Vec<&DocumentInfo> = documents
        .iter()
        .filter(|info| shelf.kind.is_none_or(|kind| info.kind == kind) && shelf.only.admits(info) && has_tag(info))
        .filter(|info| words.is_empty() || holds_all(info, &words))
        .collect();
    // They come newest first, and equal ones stay so.
    match shelf.sort {
        Sort::Added => {}
        Sort::Date => found.sort_by_key(|info| Reverse(info.date_ms)),
        Sort::Name => found.sort_by_cached_key(|info| info.title.to_lowercase()),
        Sort::Kind => found.sort_by_cached_key(|info| (kind_words(info.kind), info.title.to_lowercase())),
        Sort::Size => found.sort_by_key(|info| Reverse(info.size_bytes)),
        Sort::Passages => found.sort_by_key(|info| Reverse(info.passages)),
    }
    if shelf.is_reversed {
        found.reverse();
    }
    found.into_iter().map(|info| info.id.clone()).collect()
}

fn holds_all(info: &DocumentInfo, words: &[&str]) -> bool {
    let parts = [info.title.as_str(), &info.name, info.path.as_deref().unwrap_or(""), kind_words(info.kind)];
    let mut text = parts.join("\n").to_lowercase();
    for tag in &info.tags {
        text.push('\n');
        text.push_str(&tag.to_lowercase());
    }
    words.iter().all(|word| text.contains(word))
}

/// The kinds of these documents with how many there are of each, in the order of their words.
#[must_use]
pub fn kinds_in(documents: &Documents) -> Vec<(Kind, usize)> {
    let mut kinds: BTreeMap<&'static str, (Kind, usize)> = BTreeMap::new();
    for info in documents.iter() {
        kinds.entry(kind_words(info.kind)).or_insert((info.kind, 0)).1 += 1;
    }
    kinds.into_values().collect()
}

/// Their tags with how many documents have each, in the order of the alphabet; tags that differ in case alone are one.
#[must_use]
pub fn tags_in(documents: &Documents) -> Vec<(String, usize)> {
    let mut tags: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for tag in documents.iter().flat_map(|info| &info.tags) {
        tags.entry(tag.to_lowercase()).or_insert_with(|| (tag.clone(), 0)).1 += 1;
    }
    tags.into_values().collect()
}
