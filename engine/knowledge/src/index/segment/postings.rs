//! Lists of the passages and titles that hold a term.
//!
//! First the passages, each: twice the difference to the passage before (to 0 for the first), plus 1 where what follows is
//! not the usual case of one occurrence in the text alone; then, where it is not, twice the occurrences in the text, plus 1
//! where the heading holds the term. Then the titles: difference to the document before.

use super::bytes::{Cursor, put_varint};

/// A passage that holds a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Posting {
    /// Its number in the segment.
    pub passage: u32,
    /// Occurrences in its text.
    pub in_text: u32,
    /// Whether its heading holds the term.
    pub in_heading: bool,
}

/// One occurrence in the text and none in the heading.
const USUAL: u32 = 1 << 1;

/// Writes the list of a term.
#[derive(Debug, Default, Clone)]
pub(super) struct ListWriter {
    pub bytes: Vec<u8>,
    pub passages: u32,
    pub titles: u32,
    before: u32,
}

impl ListWriter {
    /// Adds a passage; they come in order, before the titles.
    pub fn push(&mut self, posting: Posting) {
        let step = posting.passage - self.before;
        let counts = posting.in_text << 1 | u32::from(posting.in_heading);
        put_varint(&mut self.bytes, step << 1 | u32::from(counts != USUAL));
        if counts != USUAL {
            put_varint(&mut self.bytes, counts);
        }
        self.before = posting.passage;
        self.passages += 1;
    }

    /// Adds a document whose title holds the term; they come in order.
    pub fn push_title(&mut self, document: u32) {
        if self.titles == 0 {
            self.before = 0;
        }
        put_varint(&mut self.bytes, document - self.before);
        self.before = document;
        self.titles += 1;
    }
}

/// The passages of a list. Bytes that contradict themselves end it.
#[derive(Clone)]
pub(crate) struct Postings<'a> {
    cursor: Cursor<'a>,
    left: u32,
    passage: u32,
}

impl<'a> Postings<'a> {
    pub(super) fn new(list: &'a [u8], passages: u32) -> Self {
        Self { cursor: Cursor::new(list, "postings"), left: passages, passage: 0 }
    }
}

impl Iterator for Postings<'_> {
    type Item = Posting;

    #[inline]
    fn next(&mut self) -> Option<Posting> {
        self.left = self.left.checked_sub(1)?;
        let head = self.cursor.varint().ok()?;
        self.passage = self.passage.checked_add(head >> 1)?;
        let counts = if head & 1 == 0 { USUAL } else { self.cursor.varint().ok()? };
        Some(Posting { passage: self.passage, in_text: counts >> 1, in_heading: counts & 1 == 1 })
    }
}

/// The documents of a list whose title holds the term.
pub(crate) struct Titles<'a> {
    cursor: Cursor<'a>,
    left: u32,
    document: u32,
}

impl<'a> Titles<'a> {
    /// Those that follow the passages of a list; walks through them only where there are any.
    pub(super) fn after(mut postings: Postings<'a>, titles: u32) -> Self {
        if titles > 0 {
            postings.by_ref().for_each(drop);
        }
        Self { cursor: postings.cursor, left: titles, document: 0 }
    }
}

impl Iterator for Titles<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        self.document = self.document.checked_add(self.cursor.varint().ok()?)?;
        Some(self.document)
    }
}
