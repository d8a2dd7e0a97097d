//! The inner loop: sums of products of a query in 16 bits with rows in 8 bits.
//!
//! [`simd128`] in a browser, [`avx2`] natively where the processor has it, [`scalar`] elsewhere and as the reference of the
//! tests. Sums are whole numbers, so all of them give the same. Four rows are taken at once: they share the loads of the query,
//! and their own loads, which come from memory, overlap.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the reference of the tests, which run natively"))]
mod scalar;
#[cfg(target_arch = "wasm32")]
mod simd128;

use super::quantise::LANES;

/// Rows that [`dots`] takes.
pub const AT_ONCE: usize = 4;

/// Sums of products of the query with each of four rows.
///
/// # Panics
/// Where the rows are not as long as the query, or that is no multiple of [`LANES`]: the loops rely on it.
#[inline]
pub fn dots(query: &[i16], rows: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    assert!(query.len().is_multiple_of(LANES) && rows.iter().all(|row| row.len() == query.len()));
    #[cfg(target_arch = "wasm32")]
    {
        simd128::dots(query, rows)
    }
    #[cfg(target_arch = "x86_64")]
    {
        if avx2::available() { avx2::dots(query, rows) } else { scalar::dots(query, rows) }
    }
    #[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
    {
        scalar::dots(query, rows)
    }
}

/// Asks for a row that [`dots`] will take soon. A browser has no such instruction.
#[inline]
pub fn prefetch(row: &[i8]) {
    #[cfg(target_arch = "x86_64")]
    avx2::prefetch(row);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = row;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_kernel_gives_the_same_sums(
            (query, rows) in (1usize..=80).prop_flat_map(|groups| {
                let length = groups * LANES;
                let row = proptest::collection::vec(-127i8..=127, length);
                (proptest::collection::vec(-4095i16..=4095, length), [row.clone(), row.clone(), row.clone(), row])
            })
        ) {
            let rows = [0, 1, 2, 3].map(|row| rows[row].as_slice());
            let sum = |row: &[i8]| row.iter().zip(&query).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>();
            prop_assert_eq!(dots(&query, rows), rows.map(sum));
            prop_assert_eq!(scalar::dots(&query, rows), rows.map(sum));
        }
    }

    #[test]
    fn the_longest_vectors_do_not_overflow() {
        let (query, row) = (vec![4095i16; 4096], vec![-127i8; 4096]);
        assert_eq!(dots(&query, [&row; AT_ONCE]), [-127 * 4095 * 4096; AT_ONCE]);
    }
}
