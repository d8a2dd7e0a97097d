//! What a token stands for, and how it is written.

use std::fmt;

use conclave_protocol::Category;

/// Most digits that the number of a token may have. A billion values do not fit a conversation.
pub(crate) const DIGITS_MAX: usize = 9;

/// The largest number that [`DIGITS_MAX`] digits hold.
pub(crate) const NUMBER_MAX: u32 = 999_999_999;

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A private value.
    Value(Category),
    /// Text that looked like a token before anything was redacted; see [`crate::tokens`].
    Literal,
}

impl Kind {
    /// The stem of its tokens: `EMAIL` in `[EMAIL_01]`.
    #[must_use]
    pub const fn stem(self) -> &'static str {
        match self {
            Self::Value(category) => category.stem(),
            Self::Literal => "LITERAL",
        }
    }

    /// The kind with this stem, written as [`Kind::stem`] writes it.
    #[must_use]
    pub fn of_stem(stem: &str) -> Option<Self> {
        if stem == Self::Literal.stem() { Some(Self::Literal) } else { Category::of_stem(stem).map(Self::Value) }
    }
}

impl From<Category> for Kind {
    fn from(category: Category) -> Self {
        Self::Value(category)
    }
}

/// The name of one value: a kind and a number from 1. Displayed as it stands in redacted text: `[EMAIL_01]`, `[EMAIL_100]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    /// What it stands for.
    pub kind: Kind,
    /// Which of its kind, from 1.
    pub number: u32,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}_{:02}]", self.kind.stem(), self.number)
    }
}
