//! Telephone numbers: international (ITU-T E.164), and the national forms that are told from other numbers by their shape,
//! by a word beside them, by where the text comes from, or by standing alone.

mod context;
mod extent;
mod international;
mod national;
mod place;
mod plan;
#[cfg(test)]
mod properties;

use conclave_protocol::{Category, Span};

use crate::boundary;
use crate::detector::{Finding, Strength};
use crate::hints::Hints;
use crate::numbers::Run;

/// Why a row of digits is held to be a telephone number, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// A country code, and a number of that country.
    International,
    /// A country code, and as many digits as numbers of that country have.
    Possible,
    /// A grouping that is used for hardly anything else.
    Shape,
    /// A number of a region that the text may come from.
    Hinted,
    /// A word beside it.
    Announced,
    /// It is the whole line or cell, and a number of some region with its trunk prefix or country code.
    AloneWhole,
    /// It is the whole line or cell, and may be a number of some region.
    Alone,
}

impl Reason {
    const fn strength(self) -> Strength {
        match self {
            Self::International | Self::Possible | Self::Shape | Self::Hinted => Strength::Patterned,
            Self::Announced | Self::AloneWhole | Self::Alone => Strength::Contextual,
        }
    }

    const fn score(self) -> f32 {
        match self {
            Self::International => 0.95,
            Self::Possible | Self::Hinted => 0.8,
            Self::Shape | Self::Announced => 0.75,
            Self::AloneWhole => 0.6,
            Self::Alone => 0.5,
        }
    }
}

/// Whether a `+` says that a telephone number begins with group `first`, whatever else its digits could be.
pub(crate) fn is_marked(run: &Run<'_>, first: usize) -> bool {
    extent::has_plus(run, first)
}

/// The telephone number that begins with group `first`, and how many groups it has.
pub(crate) fn at(run: &Run<'_>, first: usize, hints: &Hints) -> Option<(Finding, usize)> {
    let (used, reason) = match international::at(run, first) {
        Some(number) if number.is_valid => (number.used, Reason::International),
        Some(number) => (number.used, Reason::Possible),
        None => national::at(run, first, hints)?,
    };
    let span: Span = extent::span(run, first, used);
    Some((Finding::new(span, Category::Phone, reason.strength(), "phone").scored(reason.score()), used))
}

/// Whether the group continues something that stands before it: `a1b-0049…`, `1.0049`, `_00`.
fn is_continued(run: &Run<'_>, first: usize) -> bool {
    let before = boundary::before(run.text, run.groups[first].start, 2);
    match before {
        [c, b'-' | b'.' | b'/' | b','] if c.is_ascii_alphanumeric() => true,
        _ => matches!(before.last(), Some(b'#' | b'$' | b'=' | b'%' | b'/' | b'\\' | b'&' | b'?' | b'@' | b'^')),
    }
}

/// The digits of a number without what stands between them.
#[derive(Default)]
struct Digits {
    bytes: [u8; Digits::MAX],
    len: usize,
}

impl Digits {
    /// The longest number with an exit code or a trunk prefix, and one more.
    const MAX: usize = plan::DIGITS_MAX + 3;

    /// Adds a group; `false` where it does not fit.
    fn push(&mut self, group: &[u8]) -> bool {
        let end = self.len + group.len();
        let fits = end <= Self::MAX;
        if fits {
            self.bytes[self.len..end].copy_from_slice(group);
            self.len = end;
        }
        fits
    }

    fn len(&self) -> usize {
        self.len
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
