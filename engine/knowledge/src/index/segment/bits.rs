//! Numbers of few bits one after the other, lowest bits first, and the two codes for them.
//!
//! - Rice's code with parameter `k` (Rice, Plaunt 1971): the number without its `k` lowest bits as that many ones and a zero, then
//!   these bits. It is the shortest prefix code where numbers fall off geometrically, as gaps between passages that hold a
//!   word do (Golomb 1966).
//! - Elias's γ (Elias 1975) for numbers from 1: the count of bits behind the highest as ones and a zero, then these bits.

/// Writes bits.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that are used in the last byte; 8 where it is full or there is none.
    used: u32,
}

impl BitWriter {
    pub fn new() -> Self {
        Self { bytes: Vec::new(), used: u8::BITS }
    }

    /// The lowest `count` bits of a number.
    pub fn bits(&mut self, mut value: u64, mut count: u32) {
        while count > 0 {
            if self.used == u8::BITS {
                self.bytes.push(0);
                self.used = 0;
            }
            let taken = count.min(u8::BITS - self.used);
            let part = value & ((1 << taken) - 1);
            if let Some(last) = self.bytes.last_mut() {
                // At most eight bits, that have room.
                *last |= (part << self.used) as u8;
            }
            self.used += taken;
            value >>= taken;
            count -= taken;
        }
    }

    fn unary(&mut self, mut count: u32) {
        while count >= u32::BITS {
            self.bits(u64::from(u32::MAX), u32::BITS);
            count -= u32::BITS;
        }
        self.bits((1 << count) - 1, count + 1);
    }

    pub fn rice(&mut self, value: u32, parameter: u32) {
        self.unary(value.checked_shr(parameter).unwrap_or(0));
        self.bits(u64::from(value), parameter);
    }

    /// A number from 1.
    pub fn gamma(&mut self, value: u32) {
        let behind = value.max(1).ilog2();
        self.unary(behind);
        self.bits(u64::from(value), behind);
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Bits that every window of a reader has.
const WHOLE: u32 = 57;

/// Reads bits; `None` where they end, and where they are no number of 32 bits.
#[derive(Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// The next bit.
    at: usize,
}

impl<'a> BitReader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next 57 bits or more, with zeros behind the end.
    #[inline]
    fn window(&self) -> u64 {
        let rest = self.bytes.get(self.at / 8..).unwrap_or_default();
        let eight = rest.first_chunk::<8>().copied().unwrap_or_else(|| {
            let mut eight = [0; 8];
            eight.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            eight
        });
        u64::from_le_bytes(eight) >> (self.at % 8)
    }

    #[inline]
    fn skip(&mut self, count: u32) -> Option<()> {
        self.at += count as usize;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// At most 32 bits.
    #[inline]
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        let value = self.window() & ((1 << count) - 1);
        self.skip(count)?;
        u32::try_from(value).ok()
    }

    #[inline]
    fn unary(&mut self) -> Option<u32> {
        let mut count = 0u32;
        loop {
            let ones = self.window().trailing_ones();
            if ones < WHOLE {
                self.skip(ones + 1)?;
                return count.checked_add(ones);
            }
            // A list is as long as its bytes, so that this ends.
            self.skip(WHOLE)?;
            count = count.checked_add(WHOLE)?;
        }
    }

    #[inline]
    pub fn rice(&mut self, parameter: u32) -> Option<u32> {
        let high = u64::from(self.unary()?) << parameter;
        u32::try_from(high | u64::from(self.bits(parameter)?)).ok()
    }

    /// A number in Rice's code and the bit behind it.
    #[inline]
    pub fn rice_and_bit(&mut self, parameter: u32) -> Option<(u32, bool)> {
        let window = self.window();
        let ones = window.trailing_ones();
        let width = ones + parameter + 2;
        // Nearly all are in one window.
        if width > WHOLE {
            return Some((self.rice(parameter)?, self.bits(1)? == 1));
        }
        self.skip(width)?;
        let rest = window >> (ones + 1);
        let value = u64::from(ones) << parameter | rest & ((1 << parameter) - 1);
        Some((u32::try_from(value).ok()?, rest >> parameter & 1 == 1))
    }

    #[inline]
    pub fn gamma(&mut self) -> Option<u32> {
        let behind = self.unary().filter(|behind| *behind < u32::BITS)?;
        Some(1 << behind | self.bits(behind)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers in proptest::collection::vec((0u32..200_000, 0u32..20, 1u32..=u32::MAX), 0..60)) {
            let mut writer = BitWriter::new();
            for (rice, parameter, gamma) in &numbers {
                // A quotient of thousands of ones is what nobody writes.
                writer.rice(*rice, (*parameter).max(8));
                writer.gamma(*gamma);
                writer.bits(u64::from(*gamma), 3);
            }
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for (rice, parameter, gamma) in numbers {
                let mut other = reader.clone();
                prop_assert_eq!(reader.rice(parameter.max(8)), Some(rice));
                let bit = reader.clone().bits(1) == Some(1);
                prop_assert_eq!(other.rice_and_bit(parameter.max(8)), Some((rice, bit)));
                prop_assert_eq!(reader.gamma(), Some(gamma));
                prop_assert_eq!(reader.bits(3), Some(gamma & 7));
            }
            // Less than a byte is left, and it says nothing.
            prop_assert_eq!(reader.bits(8), None);
        }

        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..40), parameter in 0u32..32) {
            let mut reader = BitReader::new(&bytes);
            let mut read = 0;
            while reader.rice(parameter).is_some() && reader.gamma().is_some() {
                read += 1;
            }
            prop_assert!(read <= bytes.len() * 8);
        }
    }

    #[test]
    fn short_numbers_take_few_bits() {
        let mut writer = BitWriter::new();
        (0..8).for_each(|_| writer.rice(0, 0));
        writer.rice(9, 2);
        assert_eq!(writer.finish(), [0b0000_0000, 0b0000_1011]);
        // More ones than a window holds.
        let mut writer = BitWriter::new();
        writer.rice(300, 0);
        assert_eq!(BitReader::new(&writer.finish()).rice(0), Some(300));
    }
}
