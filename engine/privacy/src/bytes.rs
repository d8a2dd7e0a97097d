//! Searching for bytes of a class, many at a time.

/// Bytes that are tested together; the compiler turns the test into vector instructions (SSE2, NEON, SIMD128).
const CHUNK: usize = 32;

/// The first byte from `from` on for which `flag` is not 0. `flag` is made of comparisons without branches.
#[inline]
pub(crate) fn position(bytes: &[u8], from: usize, flag: impl Fn(u8) -> u8) -> Option<usize> {
    let mut at = from;
    let mut chunks = bytes.get(from..)?.chunks_exact(CHUNK);
    for chunk in chunks.by_ref() {
        if chunk.iter().fold(0, |any, byte| any | flag(*byte)) != 0 {
            return chunk.iter().position(|byte| flag(*byte) != 0).map(|offset| at + offset);
        }
        at += CHUNK;
    }
    chunks.remainder().iter().position(|byte| flag(*byte) != 0).map(|offset| at + offset)
}

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            _ => 0,
        };
        byte += 1;
    }
    classes
};
pub(crate) const DIGIT: u8 = 1;
pub(crate) const UPPER: u8 = 2;
/// The bit by which a small letter differs from its capital.
pub(crate) const LOWER: u8 = 0x20;

/// What a byte is: [`DIGIT`], [`UPPER`] or [`LOWER`]; 0 for what is neither letter nor digit of ASCII.
#[inline]
pub(crate) fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// Whether a byte is a letter or digit of ASCII, by one look-up.
#[inline]
pub(crate) fn is_alphanumeric(byte: u8) -> bool {
    class(byte) != 0
}

const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each of eight bytes, which is where they are flagged.
pub(crate) const HIGH: u64 = 0x80 * ONES;

/// Flags those of eight bytes that lie between two ASCII characters. Each byte is told for itself: no sum of two bytes without
/// their highest bits reaches into the next.
#[inline]
pub(crate) const fn within(eight: u64, first: u8, last: u8) -> u64 {
    let low = eight & !HIGH;
    let from_first = low + (0x80 - first as u64) * ONES;
    let behind_last = low + (0x7f - last as u64) * ONES;
    from_first & !behind_last & !eight & HIGH
}

/// Flags those of eight bytes that are this one.
#[inline]
pub(crate) const fn equal(eight: u64, byte: u8) -> u64 {
    let others = eight ^ (byte as u64 * ONES);
    !(((others & !HIGH) + !HIGH) | others) & HIGH
}

/// Whether one of eight bytes is 0: then this is none (Mycroft 1987). Which one it is, it does not tell.
#[inline]
pub(crate) const fn zeros(eight: u64) -> u64 {
    eight.wrapping_sub(ONES) & !eight & HIGH
}

/// The first byte from `from` on that is flagged, eight at a time.
#[inline]
fn flagged(bytes: &[u8], from: usize, flags: impl Fn(u64) -> u64) -> Option<usize> {
    let mut at = from;
    let (chunks, rest) = bytes.get(from..)?.as_chunks::<8>();
    for chunk in chunks {
        let flags = flags(u64::from_le_bytes(*chunk));
        if flags != 0 {
            return Some(at + flags.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let flags = flags(u64::from_le_bytes(last));
    (flags != 0).then(|| at + flags.trailing_zeros() as usize / 8)
}

/// The first digit from `from` on.
#[inline]
pub(crate) fn digit(bytes: &[u8], from: usize) -> Option<usize> {
    flagged(bytes, from, |eight| within(eight, b'0', b'9'))
}

/// The first line feed from `from` on.
#[inline]
pub(crate) fn newline(bytes: &[u8], from: usize) -> Option<usize> {
    flagged(bytes, from, |eight| equal(eight, b'\n'))
}

/// How many blanks stand from `from` on.
#[inline]
pub(crate) fn blanks(bytes: &[u8], from: usize) -> usize {
    flagged(bytes, from, |eight| !equal(eight, b' ') & HIGH)
        .map_or(bytes.len().saturating_sub(from), |end| end.min(bytes.len()) - from)
}

/// Where `needle`, which has two bytes at least, stands first from `from` on. Its first and its last byte are looked for
/// together, many places at a time (Muła, "SIMD-friendly algorithms for substring searching").
pub(crate) fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let (first, last) = (*needle.first()?, *needle.last()?);
    let mut at = from;
    loop {
        let begins = bytes.get(at..(at + CHUNK).min(bytes.len().checked_sub(needle.len() - 1)?))?;
        let ends = &bytes[at + needle.len() - 1..][..begins.len()];
        let any = begins.iter().zip(ends).fold(0, |any, (a, b)| any | u8::from(*a == first) & u8::from(*b == last));
        if any != 0
            && let Some(offset) = (0..begins.len()).find(|offset| bytes[at + offset..].starts_with(needle))
        {
            return Some(at + offset);
        }
        if begins.len() < CHUNK {
            return None;
        }
        at += CHUNK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_told_apart() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut eight = *b"/0:9\xff\0\xb0\xb9";
                eight[place] = byte;
                let flags = within(u64::from_le_bytes(eight), b'0', b'9').to_le_bytes();
                assert_eq!(flags[place] == 0x80, byte.is_ascii_digit(), "{byte} at {place}");
                let flags = equal(u64::from_le_bytes(eight), b':').to_le_bytes();
                assert_eq!(flags[place] == 0x80, byte == b':', "{byte} at {place}");
            }
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for len in [1, 31, 32, 33, 64, 100] {
            for at in 0..len {
                let mut text = vec![b'x'; len];
                text[at] = b'\n';
                assert_eq!(newline(&text, 0), Some(at));
                assert_eq!(position(&text, 0, |byte| u8::from(byte == b'\n')), Some(at));
                text[at] = b'7';
                assert_eq!(digit(&text, 0), Some(at));
                assert_eq!(digit(&text, at), Some(at));
                assert_eq!(digit(&text, at + 1), None);
                text.insert(at, b'#');
                assert_eq!(find(&text, 0, b"#7"), Some(at));
                assert_eq!(find(&text, at, b"#7"), Some(at));
                assert_eq!(find(&text, at + 1, b"#7"), None);
                assert_eq!(find(&text, 0, b"##7"), None);
            }
        }
        assert_eq!(digit(b"", 0), None);
        assert_eq!(digit(b"1", 5), None);
        assert_eq!(find(b"#", 0, b"#7"), None);
        for len in 0..20 {
            let text = format!("x{}", " ".repeat(len));
            assert_eq!((blanks(text.as_bytes(), 1), blanks((text + "x ").as_bytes(), 1)), (len, len));
        }
        assert_eq!(blanks(b"x", 1), 0);
    }
}
