//! PADMÉ padding: sizes of sealed records fall on few steps (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files
//! and Communication with PURBs", PoPETs 2019, section 4).
//!
//! Every record is padded, for the size of each tells something: a document's text has the very length of a known file, a
//! turn that of its question. It costs 12 % of a record of a few hundred bytes and at most 3 % of a megabyte. PADMÉ by itself leaves
//! lengths under 9 bytes as they are and hides little below a few hundred, so a record has at least [`FLOOR_BYTES`].

/// Smallest padded length: what a settings record, a title or a note have in common. A record of IndexedDB costs as much again.
pub const FLOOR_BYTES: usize = 256;

/// First byte of the padding (ISO/IEC 7816-4); zeros follow.
const MARK: u8 = 0x80;

/// The length to which `length` bytes are padded, the mark included.
#[must_use]
pub const fn padded_len(length: usize) -> usize {
    let length = length.saturating_add(1);
    if length <= FLOOR_BYTES {
        return FLOOR_BYTES;
    }
    // E = floor(log2 L), S = floor(log2 E) + 1: the last E - S bits of a length are zero.
    let exponent = length.ilog2();
    let zeros = exponent - (exponent.ilog2() + 1);
    let mask = (1 << zeros) - 1;
    match length.checked_add(mask) {
        Some(sum) => sum & !mask,
        // So near the end of the address space that nothing can be added.
        None => length,
    }
}

/// Pads the bytes from `start` on.
pub fn pad(bytes: &mut Vec<u8>, start: usize) {
    let length = bytes.len().saturating_sub(start);
    bytes.push(MARK);
    bytes.resize(start.saturating_add(padded_len(length)), 0);
}

/// The length of what was padded to `bytes`; `None` where [`pad`] did not make them.
#[must_use]
pub fn unpadded_len(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().rposition(|byte| *byte != 0)?;
    (bytes.get(length) == Some(&MARK) && padded_len(length) == bytes.len()).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_are_those_of_the_paper() {
        // 9 bits of length leave 9 - (3 + 1) = 4 zeros: steps of 16 from 256, of 32 from 512; 22 bits leave 17 zeros.
        let steps =
            [(0, 256), (255, 256), (256, 272), (271, 272), (272, 288), (511, 512), (512, 544), (4_194_304, 4_325_376)];
        for (length, padded) in steps {
            assert_eq!(padded_len(length), padded, "{length}");
        }
    }

    #[test]
    fn padding_costs_little() {
        for length in 256..100_000 {
            let cost = padded_len(length) - length;
            assert!(cost * 100 <= length * 12, "{length}");
        }
        assert!(padded_len(5_000_000) - 5_000_000 < 5_000_000 * 3 / 100);
        assert_eq!(padded_len(usize::MAX), usize::MAX);
    }

    proptest! {
        #[test]
        fn what_was_padded_has_its_length(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), start in 0usize..40) {
            let mut padded = [vec![9; start], bytes.clone()].concat();
            pad(&mut padded, start);
            prop_assert_eq!(unpadded_len(&padded[start..]), Some(bytes.len()));
            prop_assert_eq!(&padded[start..start + bytes.len()], &bytes[..]);
            padded.push(0);
            prop_assert_eq!(unpadded_len(&padded[start..]), None);
        }

        #[test]
        fn other_bytes_are_refused_or_canonical(bytes in proptest::collection::vec(prop_oneof![Just(0u8), Just(0x80), any::<u8>()], 0..600)) {
            if let Some(length) = unpadded_len(&bytes) {
                let mut again = bytes[..length].to_vec();
                pad(&mut again, 0);
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
