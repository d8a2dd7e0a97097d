//! Rows as they are stored: six bits for each component.

/// Components that three bytes hold.
const TOGETHER: usize = 4;

/// Bytes that a row of `dim` components takes.
pub const fn packed_len(dim: usize) -> usize {
    (dim * 6).div_ceil(8)
}

/// Writes a row of components in -32..=31, as [`quantise()`](super::quantise()) makes them, lowest bits first.
pub fn pack(row: &[i8], out: &mut Vec<u8>) {
    for four in row.chunks(TOGETHER) {
        let bits = four.iter().rev().fold(0u32, |bits, value| bits << 6 | u32::from(value.cast_unsigned() & 0x3f));
        out.extend(bits.to_le_bytes().into_iter().take(packed_len(four.len())));
    }
}

/// Reads a row of `dim` components to the end of `out`. Bytes that are missing are zeros.
pub fn unpack(bytes: &[u8], dim: usize, out: &mut Vec<i8>) {
    let end = out.len() + dim;
    for three in bytes.chunks(3) {
        let bits = three.iter().rev().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        // The two highest bits of a byte are dropped, and the sign comes down in their place.
        let values = (0..TOGETHER).map(|at| ((bits >> (6 * at)) as u8).cast_signed() << 2 >> 2);
        out.extend(values.take(end.saturating_sub(out.len())));
    }
    out.resize(end, 0);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_survive(row in proptest::collection::vec(-32i8..=31, 0..50)) {
            let mut bytes = Vec::new();
            pack(&row, &mut bytes);
            prop_assert_eq!(bytes.len(), packed_len(row.len()));
            let mut read = vec![7];
            unpack(&bytes, row.len(), &mut read);
            prop_assert_eq!(&read[1..], &row);
        }

        #[test]
        fn any_bytes_are_rows(bytes in proptest::collection::vec(any::<u8>(), 0..20), dim in 0usize..30) {
            let mut read = Vec::new();
            unpack(&bytes, dim, &mut read);
            prop_assert!(read.len() == dim && read.iter().all(|value| (-32..=31).contains(value)));
        }
    }
}
