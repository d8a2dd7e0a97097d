//! Identifiers and text spans.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// An identifier from 16 random bytes, written as 32 lower-case hexadecimal digits.
            #[must_use]
            pub fn from_random(bytes: [u8; 16]) -> Self {
                use std::fmt::Write as _;
                let mut text = String::with_capacity(32);
                for byte in bytes {
                    // Writing into a `String` cannot fail.
                    let _ = write!(text, "{byte:02x}");
                }
                Self(text)
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// One imported document: half of its file's SHA-256, as 32 hexadecimal digits. Shared by all that name it, because a library of
/// half a million documents names each in five places.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(pub Arc<str>);

impl DocumentId {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for DocumentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DocumentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

text_id!(
    /// One conversation.
    ThreadId
);
text_id!(
    /// One question with its answer.
    TurnId
);
text_id!(
    /// The replayable manifest of one council run.
    ManifestId
);

text_id!(
    /// One generator that a person added.
    ModelId
);

text_id!(
    /// One folder that is watched.
    FolderId
);

text_id!(
    /// One tab, as long as its page lives.
    TabId
);
text_id!(
    /// One run of the `engine` program.
    EngineId
);

/// Number that a sender gives to a request; every event that belongs to it carries the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u32);

/// Half-open range `start..end` of UTF-8 byte offsets into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes; 0 where `end` lies before `start`.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both spans share at least one byte.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text under the span, or `None` where it does not fit the text or cuts a character.
    #[must_use]
    pub fn of<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.get(self.start..self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_identifiers_are_hexadecimal_and_keep_leading_zeros() {
        let mut bytes = [0u8; 16];
        bytes[1] = 0xab;
        assert_eq!(ThreadId::from_random(bytes).as_str(), "00ab0000000000000000000000000000");
    }

    #[test]
    fn a_span_that_cuts_a_character_has_no_text() {
        assert_eq!(Span::new(0, 1).of("é"), None);
        assert_eq!(Span::new(0, 2).of("é"), Some("é"));
        assert_eq!(Span::new(0, 9).of("é"), None);
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        assert!(!Span::new(0, 2).overlaps(&Span::new(2, 4)));
        assert!(Span::new(0, 3).overlaps(&Span::new(2, 4)));
    }
}
