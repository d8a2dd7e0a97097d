//! Reads what `build/encoder.rs` packed: numbers as bits whose chances are learnt from those before.
//!
//! Source: G. N. N. Martin, Range encoding (1979), in the binary form with carries that I. Pavlov's LZMA specification gives.
//! Reading goes on with zeros behind the end, so zeros at the end are not kept.

/// Bits of a chance.
const CHANCE_BITS: u32 = 12;
/// A chance moves by one in `2^PACE` of what is missing: a change in the data is followed within about as many bits.
const PACE: u32 = 4;
/// Below this the range is widened by a byte. One byte is enough: no bit takes more than 8 bits, for no chance comes nearer to 0 or
/// 1 than `2^PACE - 1` in `2^CHANCE_BITS`.
pub(crate) const NARROW: u32 = 1 << 24;

/// How likely a 0 is in one place of the format.
#[derive(Clone, Copy)]
pub(crate) struct Bit(u16);

impl Bit {
    /// As likely as a 1.
    pub(crate) const NEW: Self = Self(1 << (CHANCE_BITS - 1));

    /// The part of a range that stands for 0; neither it nor the rest is empty.
    pub(crate) fn bound(self, range: u32) -> u32 {
        (range >> CHANCE_BITS) * u32::from(self.0)
    }

    /// Learns a bit.
    pub(crate) fn learn(&mut self, is_one: bool) {
        if is_one {
            self.0 -= self.0 >> PACE;
        } else {
            self.0 += ((1 << CHANCE_BITS) - self.0) >> PACE;
        }
    }
}

/// Numbers below `N`, a power of two, whose digits in base two are told apart by those before.
pub(crate) struct Small<const N: usize>(pub(crate) [Bit; N]);

impl<const N: usize> Small<N> {
    pub(crate) const NEW: Self = Self([Bit::NEW; N]);
}

/// Numbers of any size, small ones in few bits: Elias's gamma code of the number and 1, its bits told apart by how many there
/// are, the first two of them also by each other.
pub(crate) struct Number {
    pub(crate) more: [Bit; 32],
    pub(crate) rest: [[Bit; 4]; 32],
}

impl Number {
    pub(crate) const NEW: Self = Self { more: [Bit::NEW; 32], rest: [[Bit::NEW; 4]; 32] };

    /// The place of a bit in `rest`: of the `at`th one behind the highest, where `value` is what was there before.
    pub(crate) fn place(at: usize, value: u32) -> usize {
        match at {
            0 => 0,
            1 => 1 + (value & 1) as usize,
            _ => 3,
        }
    }
}

/// Reads bits.
pub(crate) struct Decoder<'a> {
    bytes: std::slice::Iter<'a, u8>,
    range: u32,
    code: u32,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { bytes: bytes.iter(), range: u32::MAX, code: 0 };
        (0..4).for_each(|_| decoder.widen());
        decoder.range = u32::MAX;
        decoder
    }

    fn widen(&mut self) {
        self.range <<= 8;
        self.code = self.code << 8 | u32::from(self.bytes.next().copied().unwrap_or(0));
    }

    pub(crate) fn bit(&mut self, bit: &mut Bit) -> bool {
        let bound = bit.bound(self.range);
        let is_one = self.code >= bound;
        if is_one {
            self.code -= bound;
            self.range -= bound;
        } else {
            self.range = bound;
        }
        bit.learn(is_one);
        if self.range < NARROW {
            self.widen();
        }
        is_one
    }

    pub(crate) fn small<const N: usize>(&mut self, model: &mut Small<N>) -> usize {
        let mut place = 1;
        while place < N {
            place = place * 2 + usize::from(self.bit(&mut model.0[place]));
        }
        place - N
    }

    pub(crate) fn number(&mut self, model: &mut Number) -> u32 {
        let mut len = 0;
        while len + 1 < model.more.len() && self.bit(&mut model.more[len]) {
            len += 1;
        }
        let rest = &mut model.rest[len];
        let value = (0..len).fold(1, |value, at| value << 1 | u32::from(self.bit(&mut rest[Number::place(at, value)])));
        value - 1
    }
}

#[cfg(test)]
#[path = "../build/encoder.rs"]
mod encoder;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::encoder::Encoder;
    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_read(items in prop::collection::vec((any::<bool>(), 0usize..16, any::<u32>(), 0..32u32), 0..300)) {
            let numbers: Vec<u32> = items.iter().map(|(_, _, number, shift)| number.min(&(u32::MAX - 1)) >> shift).collect();
            let (mut bit, mut small, mut number) = (Bit::NEW, Small::<16>::NEW, Number::NEW);
            let mut encoder = Encoder::default();
            for (item, value) in items.iter().zip(&numbers) {
                encoder.bit(&mut bit, item.0);
                encoder.small(&mut small, item.1);
                encoder.number(&mut number, *value);
            }
            let packed = encoder.finish();
            let (mut bit, mut small, mut number) = (Bit::NEW, Small::<16>::NEW, Number::NEW);
            let mut decoder = Decoder::new(&packed);
            for (item, value) in items.iter().zip(&numbers) {
                prop_assert_eq!(decoder.bit(&mut bit), item.0);
                prop_assert_eq!(decoder.small(&mut small), item.1);
                prop_assert_eq!(decoder.number(&mut number), *value);
            }
        }
    }

    #[test]
    fn what_is_likely_takes_little_room() {
        let mut encoder = Encoder::default();
        let mut bit = Bit::NEW;
        (0..8000).for_each(|i| encoder.bit(&mut bit, i % 100 == 0));
        let len = encoder.finish().len();
        // The entropy of one in a hundred is 0.081 bits.
        assert!((81..120).contains(&len), "{len}");
    }

    #[test]
    fn any_bytes_are_read_as_something() {
        for bytes in [&[][..], &[0xff; 3], &[0xff; 100], &[0; 9]] {
            let mut decoder = Decoder::new(bytes);
            let mut number = Number::NEW;
            (0..200).for_each(|_| _ = decoder.number(&mut number));
        }
    }
}
