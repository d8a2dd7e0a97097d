//! From several segments to one, with or without some of their documents.

use super::bytes::length;
use super::dictionary::{DictionaryWriter, Entries};
use super::postings::{ListWriter, Posting};
use super::write::Parts;
use super::{DocumentEntry, PassageEntry, Segment};
use conclave_protocol::DocumentId;

/// The new number of what is left out.
const GONE: u32 = u32::MAX;

/// New numbers of a segment's documents and passages.
struct Renumbered {
    documents: Vec<u32>,
    passages: Vec<u32>,
}

impl Segment {
    /// One segment of all documents of `segments` that `keep` wants, in their order. Nothing of the others is in it: no
    /// term, no heading, no length.
    #[must_use]
    pub fn merge(segments: &[&Self], keep: impl Fn(usize, &DocumentId) -> bool) -> Self {
        let mut parts = Parts::default();
        let numbers: Vec<Renumbered> = segments
            .iter()
            .enumerate()
            .map(|(at, segment)| take_over(segment, |document| keep(at, document), &mut parts))
            .collect();
        let mut walks: Vec<Entries<'_>> =
            segments.iter().map(|segment| segment.dictionary().entries_from("")).collect();
        let mut heads: Vec<_> = walks.iter_mut().map(Entries::next_entry).collect();
        let mut dictionary = DictionaryWriter::default();
        let mut postings = Vec::new();
        let (passages, documents) = (length(parts.passages.len()), length(parts.documents.len()));
        let mut term = String::new();
        while let Some(least) =
            (0..walks.len()).filter(|at| heads[*at].is_some()).min_by(|a, b| walks[*a].term().cmp(walks[*b].term()))
        {
            term.clear();
            term.push_str(walks[least].term());
            let mut list = ListWriter::default();
            for at in least..walks.len() {
                let Some(entry) = heads[at].take_if(|_| walks[at].term() == term) else { continue };
                let (segment, new) = (segments[at], &numbers[at]);
                for posting in segment.postings(&entry) {
                    let number = new.passages.get(posting.passage as usize).copied().unwrap_or(GONE);
                    if number != GONE {
                        list.push(Posting { passage: number, ..posting });
                    }
                }
                let documents = segment.titles(&entry).filter_map(|document| new.documents.get(document as usize));
                documents.filter(|number| **number != GONE).for_each(|number| list.push_title(*number));
                heads[at] = walks[at].next_entry();
            }
            if list.passages + list.titles() > 0 {
                dictionary.push_list(&term, list, passages, documents, &mut postings);
            }
        }
        parts.assemble(dictionary, &postings)
    }
}

/// Copies documents, headings and passages; says which numbers they got.
fn take_over(segment: &Segment, keep: impl Fn(&DocumentId) -> bool, parts: &mut Parts) -> Renumbered {
    let mut new = Renumbered { documents: Vec::new(), passages: vec![GONE; segment.passages.len()] };
    for document in &segment.documents {
        if !keep(&document.id) {
            new.documents.push(GONE);
            continue;
        }
        new.documents.push(length(parts.documents.len()));
        let first = length(parts.passages.len());
        for at in document.range() {
            let Some(passage) = segment.passages.get(at) else { break };
            new.passages[at] = length(parts.passages.len());
            let heading = parts.heading(segment.heading(passage));
            parts.passages.push(PassageEntry { heading, ..*passage });
        }
        parts.documents.push(DocumentEntry { id: document.id.clone(), first, ..*document });
    }
    new
}
