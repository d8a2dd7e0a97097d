//! The table as bytes, to be sealed and stored by others.
//!
//! Version 1. Numbers are unsigned LEB128 in their shortest form, texts are UTF-8 after their length in bytes:
//!
//! ```text
//! "CTOK" 0x01  conversation (empty: none)  number of kinds
//!   per kind, stems in the order of their bytes:  stem  last number given  number of values
//!     per value, numbers ascending:        number  uses  brackets  spelling
//! ```
//!
//! `brackets` are those of the text that stood around the token: 1 round, 2 curly, 4 angle, added up.
//!
//! Reading takes memory in proportion to the bytes that are there, whatever they claim, and refuses all that writing does
//! not produce.

use conclave_protocol::ThreadId;

use super::kind::{Kind, NUMBER_MAX, Token};
use super::{Bracket, Enclosed, Tokens, spelling};
use crate::error::PrivacyError;

const MAGIC: &[u8] = b"CTOK";
const VERSION: u8 = 1;

impl Tokens {
    /// The table as bytes. They hold every value in the clear: seal them before they are stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = [MAGIC, &[VERSION]].concat();
        write_text(&mut out, self.conversation.as_ref().map_or("", ThreadId::as_str));
        let used: Vec<_> = self.kinds.iter().filter(|(_, values)| values.last > 0).collect();
        write_len(&mut out, used.len());
        // Not in the order of the categories, which may change, but of their few stems.
        let after = |last: &str| used.iter().filter(|(kind, _)| kind.stem() > last).min_by_key(|(kind, _)| kind.stem());
        let mut last = "";
        while let Some((kind, values)) = after(last) {
            last = kind.stem();
            write_text(&mut out, kind.stem());
            write_number(&mut out, values.last);
            write_len(&mut out, values.entries.len());
            for (number, entry) in &values.entries {
                write_number(&mut out, *number);
                write_number(&mut out, entry.uses);
                out.push(entry.enclosed.bits());
                write_text(&mut out, &entry.spelling);
            }
        }
        out
    }

    /// The table of a conversation from its bytes.
    ///
    /// # Errors
    /// [`PrivacyError::Stored`] where they are no such table, one of another version, or that of another conversation.
    pub fn from_bytes(bytes: &[u8], conversation: Option<&ThreadId>) -> Result<Self, PrivacyError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(PrivacyError::Stored("they do not begin as one"))?;
        let (version, rest) = rest.split_first().ok_or(CUT)?;
        if *version != VERSION {
            return Err(PrivacyError::Stored("they have another version"));
        }
        let mut reader = Reader(rest);
        let owner = reader.text()?;
        if owner != conversation.map_or("", ThreadId::as_str) {
            return Err(PrivacyError::Stored("they belong to another conversation"));
        }
        let mut tokens = Self { conversation: conversation.cloned(), ..Self::default() };
        let mut before = "";
        for _ in 0..reader.number()? {
            let kind = Kind::of_stem(reader.text()?).ok_or(PrivacyError::Stored("a category is not known"))?;
            if before >= kind.stem() {
                return Err(PrivacyError::Stored("categories are not in order"));
            }
            before = kind.stem();
            reader.values(kind, &mut tokens)?;
        }
        if reader.0.is_empty() { Ok(tokens) } else { Err(PrivacyError::Stored("something follows them")) }
    }
}

const CUT: PrivacyError = PrivacyError::Stored("they are cut off");

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn values(&mut self, kind: Kind, tokens: &mut Tokens) -> Result<(), PrivacyError> {
        let last = self.number()?;
        if last == 0 || last > NUMBER_MAX {
            return Err(PrivacyError::Stored("a number is too large or missing"));
        }
        tokens.kinds.entry(kind).or_default().last = last;
        let mut before = 0;
        for _ in 0..self.number()? {
            let number = self.number()?;
            if number <= before || number > last {
                return Err(PrivacyError::Stored("values are not in order"));
            }
            before = number;
            let uses = self.number()?;
            let enclosed = Enclosed::of_bits(self.number()?).ok_or(PrivacyError::Stored("brackets are not known"))?;
            let value = self.text()?;
            let token = Token { kind, number };
            tokens.insert(token, value, uses, spelling::keys(kind, value));
            Bracket::ALL.into_iter().filter(|bracket| enclosed.has(*bracket)).for_each(|b| tokens.enclose(token, b));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<u32, PrivacyError> {
        let mut value = 0u64;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(CUT)?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if *byte == 0 && shift > 0 {
                    break;
                }
                return u32::try_from(value).map_err(|_| PrivacyError::Stored("a number is too large or missing"));
            }
        }
        Err(PrivacyError::Stored("a number is not in its shortest form"))
    }

    fn text(&mut self) -> Result<&'b str, PrivacyError> {
        let len = usize::try_from(self.number()?).map_err(|_| CUT)?;
        let (text, rest) = self.0.split_at_checked(len).ok_or(CUT)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| PrivacyError::Stored("a value is no text"))
    }
}

fn write_number(out: &mut Vec<u8>, mut value: u32) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// A count or length. Texts are at most `TEXT_MAX_BYTES` long, so they fit; what did not would not be readable again.
fn write_len(out: &mut Vec<u8>, len: usize) {
    write_number(out, u32::try_from(len).unwrap_or(u32::MAX));
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_len(out, text.len());
    out.extend_from_slice(text.as_bytes());
}
