//! Sets of bytes: what one step of a pattern may read.

/// What becomes of two sets, bit for bit.
pub(super) type Operator = fn(u64, u64) -> u64;

/// A set of bytes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    /// One byte.
    pub(super) fn of(byte: u8) -> Self {
        let mut set = Self::default();
        set.add(byte, byte);
        set
    }

    /// All bytes.
    pub(super) const fn all() -> Self {
        Self([u64::MAX; 4])
    }

    /// The bytes of inclusive ranges, each written as its two ends.
    pub(super) fn ranges(ends: &[u8]) -> Self {
        let mut set = Self::default();
        ends.chunks_exact(2).for_each(|pair| set.add(pair[0], pair[1]));
        set
    }

    /// Adds an inclusive range.
    pub(super) fn add(&mut self, first: u8, last: u8) {
        (first..=last).for_each(|byte| self.0[usize::from(byte >> 6)] |= 1 << (byte & 63));
    }

    pub(super) const fn has(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    /// The bytes for which `keep` says so of both sets.
    pub(super) fn with(self, other: Self, keep: Operator) -> Self {
        let mut joined = self;
        joined.0.iter_mut().zip(other.0).for_each(|(bits, more)| *bits = keep(*bits, more));
        joined
    }

    pub(super) fn negated(self) -> Self {
        self.with(Self::all(), |bits, all| all & !bits)
    }

    /// With the other case of each ASCII letter.
    pub(super) fn folded(mut self) -> Self {
        for lower in b'a'..=b'z' {
            let upper = lower.to_ascii_uppercase();
            if self.has(lower) || self.has(upper) {
                self.add(lower, lower);
                self.add(upper, upper);
            }
        }
        self
    }
}
