//! Packs bits for `src/range_coder.rs`.

use crate::range_coder::{Bit, NARROW, Number, Small};

/// Writes bits.
pub(crate) struct Encoder {
    low: u64,
    range: u32,
    /// The last byte that is certain but for a carry, and how many bytes of 0xff follow it.
    held: Option<u8>,
    full: usize,
    out: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { low: 0, range: u32::MAX, held: None, full: 0, out: Vec::new() }
    }
}

impl Encoder {
    pub(crate) fn bit(&mut self, bit: &mut Bit, is_one: bool) {
        let bound = bit.bound(self.range);
        if is_one {
            self.low += u64::from(bound);
            self.range -= bound;
        } else {
            self.range = bound;
        }
        bit.learn(is_one);
        if self.range < NARROW {
            self.range <<= 8;
            self.shift();
        }
    }

    pub(crate) fn small<const N: usize>(&mut self, model: &mut Small<N>, value: usize) {
        let mut place = 1;
        for shift in (0..N.ilog2()).rev() {
            let is_one = value >> shift & 1 == 1;
            self.bit(&mut model.0[place], is_one);
            place = place * 2 + usize::from(is_one);
        }
    }

    /// Any number but the greatest of its type.
    pub(crate) fn number(&mut self, model: &mut Number, value: u32) {
        let value = value + 1;
        let len = value.ilog2() as usize;
        // One that has all the bits there may be needs no end.
        let asked = (len + 1).min(model.more.len() - 1);
        for (at, more) in model.more.iter_mut().enumerate().take(asked) {
            self.bit(more, at < len);
        }
        for at in 0..len {
            let before = value >> (len - at);
            self.bit(&mut model.rest[len][Number::place(at, before)], value >> (len - at - 1) & 1 == 1);
        }
    }

    /// Moves the highest byte out; a carry goes into those before.
    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        let byte = (self.low >> 24) as u8;
        if carry == 0 && byte == 0xff {
            self.full += 1;
        } else {
            self.out.extend(self.held.map(|held| held.wrapping_add(carry)));
            self.out.extend(std::iter::repeat_n(0xffu8.wrapping_add(carry), self.full));
            (self.held, self.full) = (Some(byte), 0);
        }
        self.low = u64::from((self.low as u32) << 8);
    }

    /// The bytes, without zeros at the end.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        (0..5).for_each(|_| self.shift());
        let len = self.out.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        self.out.truncate(len);
        self.out
    }
}
