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

/// The first digit from `from` on.
#[inline]
pub(crate) fn digit(bytes: &[u8], from: usize) -> Option<usize> {
    position(bytes, from, |byte| u8::from(byte.wrapping_sub(b'0') < 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for len in [1, 31, 32, 33, 64, 100] {
            for at in 0..len {
                let mut text = vec![b'x'; len];
                text[at] = b'7';
                assert_eq!(digit(&text, 0), Some(at));
                assert_eq!(digit(&text, at), Some(at));
                assert_eq!(digit(&text, at + 1), None);
            }
        }
        assert_eq!(digit(b"", 0), None);
        assert_eq!(digit(b"1", 5), None);
    }
}
