//! Brackets that stand around a token because the text has them there.

/// A pair of brackets that a model may also put in place of a token's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bracket {
    Round,
    Curly,
    Angle,
}

impl Bracket {
    pub(crate) const ALL: [Self; 3] = [Self::Round, Self::Curly, Self::Angle];

    pub(crate) const fn open(self) -> char {
        match self {
            Self::Round => '(',
            Self::Curly => '{',
            Self::Angle => '<',
        }
    }

    pub(crate) const fn close(self) -> char {
        match self {
            Self::Round => ')',
            Self::Curly => '}',
            Self::Angle => '>',
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Round => 1,
            Self::Curly => 2,
            Self::Angle => 4,
        }
    }
}

/// The brackets in which a token stood so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Enclosed(u8);

impl Enclosed {
    pub(crate) const fn has(self, bracket: Bracket) -> bool {
        self.0 & bracket.bit() != 0
    }

    pub(crate) const fn with(self, bracket: Bracket) -> Self {
        Self(self.0 | bracket.bit())
    }

    /// As one byte; [`Enclosed::of_bits`] reads it.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// `None` for bits that mean no bracket.
    pub(crate) fn of_bits(bits: u32) -> Option<Self> {
        u8::try_from(bits).ok().filter(|bits| *bits < 8).map(Self)
    }
}
