//! Lists of the passages and titles that hold a term.
//!
//! For each passage: the number of passages between it and the one before, in Rice's code with the parameter that follows
//! from how many of the segment's passages hold the term ([`parameter`]); then a zero where the usual is the case, one
//! occurrence in the text alone; else a one, a bit for whether the heading holds the term, and the occurrences in the text in γ
//! code: less by one where the heading does not hold it, more by one where it does. Then each title: the number of documents
//! between it and the one before, in Rice's code as well. See [`super::bits`].
//!
//! Against numbers of whole bytes this takes 40 % less, and reading it half as long again.

use super::bits::{BitReader, BitWriter};
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

/// The parameter of Rice's code for the gaps between `holding` of `all` in any order: ⌊log₂(ln 2 · mean gap)⌋ (Gallager,
/// Van Voorhis 1975).
fn parameter(holding: u32, all: u32) -> u32 {
    // ln 2 as 45/65, in whole numbers: every machine must come to the same.
    let mean = u64::from(all) * 45 / 65 / u64::from(holding.max(1));
    mean.max(1).ilog2().min(31)
}

/// Gathers the list of a term, in whole bytes while it is not known how long it gets.
#[derive(Debug, Default, Clone)]
pub(super) struct ListWriter {
    /// For each passage: difference to the one before, twice its occurrences plus 1 where the heading holds the term.
    gathered: Vec<u8>,
    pub passages: u32,
    titles: Vec<u32>,
    before: u32,
}

impl ListWriter {
    /// Adds a passage; they come in order.
    pub fn push(&mut self, posting: Posting) {
        put_varint(&mut self.gathered, posting.passage - self.before);
        put_varint(&mut self.gathered, posting.in_text << 1 | u32::from(posting.in_heading));
        self.before = posting.passage;
        self.passages += 1;
    }

    /// Adds a document whose title holds the term; they come in order, each once or more.
    pub fn push_title(&mut self, document: u32) {
        if self.titles.last() != Some(&document) {
            self.titles.push(document);
        }
    }

    /// How many titles hold the term.
    pub fn titles(&self) -> u32 {
        super::bytes::length(self.titles.len())
    }

    /// The list as stored in a segment of so many passages and documents.
    pub fn finish(self, passages: u32, documents: u32) -> Vec<u8> {
        let mut bits = BitWriter::new();
        let code = parameter(self.passages, passages);
        let mut gathered = Cursor::new(&self.gathered, "postings");
        let mut is_first = true;
        while let (Ok(step), Ok(counts)) = (gathered.varint(), gathered.varint()) {
            bits.rice(if std::mem::take(&mut is_first) { step } else { step - 1 }, code);
            let (in_text, in_heading) = (counts >> 1, counts & 1 == 1);
            if counts == 1 << 1 {
                bits.bits(0, 1);
            } else {
                bits.bits(1 | u64::from(in_heading) << 1, 2);
                bits.gamma(if in_heading { in_text + 1 } else { in_text.max(2) - 1 });
            }
        }
        let code = parameter(self.titles(), documents);
        let mut next = 0;
        for title in self.titles {
            bits.rice(title - next, code);
            next = title + 1;
        }
        bits.finish()
    }
}

/// The passages of a list. Bytes that contradict themselves end it.
#[derive(Clone)]
pub(crate) struct Postings<'a> {
    bits: BitReader<'a>,
    code: u32,
    left: u32,
    /// The least number that the next passage can have.
    next: u32,
}

impl<'a> Postings<'a> {
    /// Those of a list of `holding` among all passages of the segment.
    pub(super) fn new(list: &'a [u8], holding: u32, all: u32) -> Self {
        Self { bits: BitReader::new(list), code: parameter(holding, all), left: holding, next: 0 }
    }
}

impl Iterator for Postings<'_> {
    type Item = Posting;

    #[inline]
    fn next(&mut self) -> Option<Posting> {
        self.left = self.left.checked_sub(1)?;
        let (gap, is_unusual) = self.bits.rice_and_bit(self.code)?;
        let passage = self.next.checked_add(gap)?;
        self.next = passage.checked_add(1)?;
        if !is_unusual {
            return Some(Posting { passage, in_text: 1, in_heading: false });
        }
        let in_heading = self.bits.bits(1)? == 1;
        let count = self.bits.gamma()?;
        let in_text = if in_heading { count - 1 } else { count.checked_add(1)? };
        Some(Posting { passage, in_text, in_heading })
    }
}

/// The documents of a list whose title holds the term.
pub(crate) struct Titles<'a> {
    bits: BitReader<'a>,
    code: u32,
    left: u32,
    next: u32,
}

impl<'a> Titles<'a> {
    /// Those that follow the passages of a list, of all documents of the segment; walks through the passages only where there
    /// are any.
    pub(super) fn after(mut postings: Postings<'a>, titles: u32, all: u32) -> Self {
        if titles > 0 {
            postings.by_ref().for_each(drop);
        }
        Self { bits: postings.bits, code: parameter(titles, all), left: titles, next: 0 }
    }
}

impl Iterator for Titles<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let document = self.next.checked_add(self.bits.rice(self.code)?)?;
        self.next = document.checked_add(1)?;
        Some(document)
    }
}
