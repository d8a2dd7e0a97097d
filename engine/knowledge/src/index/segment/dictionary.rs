//! The dictionary of a segment: its terms, sorted by their bytes, front-coded in blocks.
//!
//! Each block of [`BLOCK`] terms begins with the offset of its first term's list in the postings. Then each term: length of the
//! prefix shared with the term before (0 for the first of a block), the rest as a string, twice the number of passages that hold
//! it, plus 1 where titles do, then that number of titles; length of its list in bytes. A term is found by binary search over the blocks' first terms, which
//! are whole, and a walk through one block.

use std::ops::Range;

use super::SegmentError;
use super::bytes::{Cursor, length, put_string, put_varint};
use super::postings::ListWriter;
use crate::index::analyzer::MAX_TERM_BYTES;

/// Terms in a block: a walk of eight entries on average costs as much as the search over the blocks before it, and an offset
/// for each sixteen terms is a quarter of a byte per term.
pub(super) const BLOCK: usize = 16;

/// A term of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermEntry {
    /// Passages that hold it in text or heading.
    pub passages: u32,
    /// Documents that hold it in their title.
    pub titles: u32,
    /// Place of its list in the postings section.
    pub postings: Range<usize>,
}

/// Writes terms in order.
#[derive(Default)]
pub(super) struct DictionaryWriter {
    pub bytes: Vec<u8>,
    pub blocks: Vec<u32>,
    pub terms: u32,
    before: String,
    postings: usize,
}

impl DictionaryWriter {
    /// Adds the next term with its list, in a segment of so many passages and documents; the list goes to the end of `postings`.
    pub fn push_list(&mut self, term: &str, list: ListWriter, passages: u32, documents: u32, postings: &mut Vec<u8>) {
        let (holding, titles) = (list.passages, list.titles());
        let list = list.finish(passages, documents);
        self.push(term, holding, titles, list.len());
        postings.extend_from_slice(&list);
    }

    /// Adds the next term, whose list has `list` bytes. Terms come in the order of their bytes, each once.
    fn push(&mut self, term: &str, passages: u32, titles: u32, list: usize) {
        if (self.terms as usize).is_multiple_of(BLOCK) {
            self.blocks.push(length(self.bytes.len()));
            put_varint(&mut self.bytes, length(self.postings));
            self.before.clear();
        }
        let shared = self.before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
        // A prefix ends on a character boundary, so that the rest is UTF-8 of its own.
        let shared = term.floor_char_boundary(shared);
        put_varint(&mut self.bytes, length(shared));
        put_string(&mut self.bytes, &term[shared..]);
        put_varint(&mut self.bytes, passages << 1 | u32::from(titles > 0));
        if titles > 0 {
            put_varint(&mut self.bytes, titles);
        }
        put_varint(&mut self.bytes, length(list));
        self.before.clear();
        self.before.push_str(term);
        self.postings += list;
        self.terms += 1;
    }
}

/// A dictionary where it lies.
#[derive(Clone, Copy)]
pub(super) struct Dictionary<'a> {
    bytes: &'a [u8],
    blocks: &'a [u32],
    terms: u32,
}

impl<'a> Dictionary<'a> {
    pub fn new(bytes: &'a [u8], blocks: &'a [u32], terms: u32) -> Self {
        Self { bytes, blocks, terms }
    }

    pub fn find(self, term: &str) -> Option<TermEntry> {
        let mut entries = self.entries_in(self.block_of(term)?, 1);
        loop {
            let entry = entries.next_entry()?;
            match entries.term().cmp(term) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Some(entry),
                std::cmp::Ordering::Greater => return None,
            }
        }
    }

    /// All terms from `from` on.
    pub fn entries_from(self, from: &str) -> Entries<'a> {
        let mut entries = self.entries_in(self.block_of(from).unwrap_or(0), self.blocks.len());
        loop {
            let here = entries.clone();
            if entries.next_entry().is_none() || entries.term() >= from {
                return here;
            }
        }
    }

    /// The last block whose first term is not after `term`.
    fn block_of(self, term: &str) -> Option<usize> {
        self.blocks.partition_point(|at| self.first_term(*at).is_some_and(|first| first <= term)).checked_sub(1)
    }

    fn first_term(self, at: u32) -> Option<&'a str> {
        let mut cursor = Cursor::new(self.bytes.get(at as usize..)?, "dictionary");
        let (_, shared) = (cursor.varint().ok()?, cursor.varint().ok()?);
        if shared == 0 { cursor.string().ok() } else { None }
    }

    fn entries_in(self, block: usize, blocks: usize) -> Entries<'a> {
        let start = self.blocks.get(block).map_or(self.bytes.len(), |at| *at as usize);
        let before = block.saturating_mul(BLOCK);
        let left = (self.terms as usize).saturating_sub(before).min(blocks.saturating_mul(BLOCK));
        let rest = self.bytes.get(start..).unwrap_or_default();
        Entries { cursor: Cursor::new(rest, "dictionary"), left, in_block: 0, postings: 0, term: String::new() }
    }
}

/// A walk through a dictionary.
#[derive(Clone)]
pub(super) struct Entries<'a> {
    cursor: Cursor<'a>,
    left: usize,
    in_block: usize,
    postings: usize,
    term: String,
}

impl Entries<'_> {
    /// The term of the entry that was read last.
    pub fn term(&self) -> &str {
        &self.term
    }

    /// The next entry; `None` at the end, and where the bytes contradict themselves.
    pub fn next_entry(&mut self) -> Option<TermEntry> {
        if self.left == 0 {
            return None;
        }
        let read = self.read().ok();
        self.left = if read.is_some() { self.left - 1 } else { 0 };
        read
    }

    fn read(&mut self) -> Result<TermEntry, SegmentError> {
        if self.in_block == 0 {
            self.postings = self.cursor.varint()? as usize;
            self.term.clear();
        }
        self.in_block = (self.in_block + 1) % BLOCK;
        let shared = self.cursor.varint()? as usize;
        let rest = self.cursor.string()?;
        if !self.term.is_char_boundary(shared) || shared + rest.len() > MAX_TERM_BYTES {
            return Err(self.cursor.wrong());
        }
        self.term.truncate(shared);
        self.term.push_str(rest);
        let head = self.cursor.varint()?;
        let titles = if head & 1 == 1 { self.cursor.varint()? } else { 0 };
        let passages = head >> 1;
        let end = self.postings.checked_add(self.cursor.varint()? as usize).ok_or(self.cursor.wrong())?;
        let postings = self.postings..end;
        self.postings = end;
        Ok(TermEntry { passages, titles, postings })
    }
}
