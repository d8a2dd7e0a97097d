use proptest::prelude::*;

use super::*;
use crate::samples::{QUANTISED, Random};
use crate::{open, scalar, widen};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn products_equal_those_of_the_float_reference(
        kind in proptest::sample::select(&QUANTISED),
        rows in 1usize..20,
        blocks in 1usize..8,
        vectors in 1usize..10,
        seed in any::<u64>(),
    ) {
        let columns = blocks * kind.block_weights();
        let bytes = Random::new(seed).tensor(kind, rows * columns);
        let matrix = PackedMatrix::from_gguf(kind, &bytes, rows, columns).unwrap();
        let weights = kind.dequantise(&bytes);
        let x: Vec<f32> = (0..vectors * columns).map(|i| ((i as f32 + seed as f32 % 97.0) * 0.61).sin()).collect();
        let product = matrix.multiply(&Activations::quantise(&x, columns));
        for vector in 0..vectors {
            for row in 0..rows {
                let w = &weights[row * columns..][..columns];
                let exact: f64 = w.iter().zip(&x[vector * columns..]).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum();
                let size: f64 = w.iter().map(|w| f64::from(w.abs())).sum();
                let got = f64::from(product[vector * rows + row]);
                // Each |x| <= 1 is off by at most 1 / 65,278, and the float sums by a few ulps.
                prop_assert!((got - exact).abs() <= size * (1.0 / 65_278.0 + 4e-6) + 1e-5, "{got} instead of {exact}");
            }
        }
    }

    #[test]
    fn a_vector_does_not_depend_on_its_neighbours(seed in any::<u64>(), blocks in 1usize..6) {
        let columns = blocks * BLOCK;
        let bytes = Random::new(seed).tensor(TensorType::Q4_1, 7 * columns);
        let matrix = PackedMatrix::from_gguf(TensorType::Q4_1, &bytes, 7, columns).unwrap();
        let x: Vec<f32> = (0..6 * columns).map(|i| (i as f32 * 0.37).cos()).collect();
        let together = matrix.multiply(&Activations::quantise(&x, columns));
        for vector in 0..6 {
            let alone = matrix.multiply(&Activations::quantise(&x[vector * columns..][..columns], columns));
            prop_assert_eq!(&together[vector * 7..][..7], &alone[..]);
        }
    }

    #[test]
    fn every_path_gives_the_bits_of_the_scalar_one(
        kind in proptest::sample::select(&QUANTISED),
        blocks in 1usize..20,
        seed in any::<u64>(),
    ) {
        let columns = blocks * kind.block_weights();
        let bytes = Random::new(seed).tensor(kind, ROWS * columns);
        let matrix = PackedMatrix::from_gguf(kind, &bytes, ROWS, columns).unwrap();
        let x: Vec<f32> = (0..5 * columns).map(|i| ((i as f32 + seed as f32 % 89.0) * 0.53).sin()).collect();
        let x = Activations::quantise(&x, columns);
        let (together, alone) = (x.tile::<4>(0), x.tile::<1>(4));
        let packed = matrix.band(0);
        let expected = (scalar::products(packed, together), scalar::products(packed, alone));
        let got = |weights| {
            let mut band = packed;
            band.weights = weights;
            (products_of(band, together), products_of(band, alone))
        };
        prop_assert_eq!(&got(packed.weights), &expected);
        let (mut fast, mut slow) = (vec![0; ROWS * columns], vec![0; ROWS * columns]);
        widen(packed.weights, &mut fast);
        scalar::widen(packed.weights, &mut slow);
        prop_assert_eq!(&fast, &slow);
        prop_assert_eq!(&got(Weights::Wide(&fast)), &expected);
        let Weights::Nibbles(nibbles) = packed.weights else { return Ok(()) };
        let (mut fast, mut slow) = (vec![0; ROWS * columns], vec![0; ROWS * columns]);
        open(nibbles, &mut fast);
        scalar::open(nibbles, &mut slow);
        prop_assert_eq!(&fast, &slow);
        prop_assert_eq!(&got(Weights::Sevens(&fast)), &expected);
        prop_assert_eq!(scalar::products(Band { weights: Weights::Sevens(&fast), ..packed }, together), expected.0);
    }
}

proptest! {
    #[test]
    fn floats_lose_no_more_than_their_share(
        rows in 1usize..20,
        blocks in 1usize..5,
        vectors in 1usize..10,
        seed in 0u16..1_000,
    ) {
        let columns = blocks * BLOCK;
        let wave = |factor: f32| move |i: usize| ((i as f32 + f32::from(seed)) * factor).sin();
        let weights: Vec<f32> = (0..rows * columns).map(wave(0.77)).collect();
        let x: Vec<f32> = (0..vectors * columns).map(wave(0.31)).collect();
        let matrix = PackedMatrix::from_floats(&weights, columns).unwrap();
        for (row, exact) in weights.chunks_exact(columns).enumerate() {
            let got = matrix.dequantise_row(row);
            prop_assert!(got.iter().zip(exact).all(|(got, exact)| (got - exact).abs() <= 1.0 / 4_090.0));
        }
        let product = matrix.multiply(&Activations::quantise(&x, columns));
        for (i, got) in product.into_iter().enumerate() {
            let (w, x) = (&weights[i % rows * columns..][..columns], &x[i / rows * columns..][..columns]);
            let exact: f64 = w.iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum();
            // Half a step of each weight and of each input; both are at most 1.
            let most = columns as f64 * (1.0 / 4_090.0 + 1.0 / 65_000.0);
            prop_assert!((f64::from(got) - exact).abs() <= most, "{got} instead of {exact}");
        }
    }
}

#[test]
fn the_largest_sum_of_products_fits_32_bits() {
    let matrix = PackedMatrix::from_floats(&[3.0; BLOCK], BLOCK).unwrap();
    let [product] = matrix.multiply(&Activations::quantise(&[-2.0; BLOCK], BLOCK))[..] else { unreachable!() };
    assert!((product + 6.0 * BLOCK as f32).abs() < 1e-3, "{product}");
}

#[test]
fn floats_that_do_not_make_rows_are_refused() {
    assert!(PackedMatrix::from_floats(&[0.0; 48], 48).is_err());
    assert!(PackedMatrix::from_floats(&[0.0; 48], 32).is_err());
    assert!(PackedMatrix::from_floats(&[], 32).is_err());
}

#[test]
fn rows_of_several_tensors_in_any_order_are_read_back() {
    for kind in QUANTISED {
        let columns = 2 * kind.block_weights();
        let bytes = Random::new(9).tensor(kind, 11 * columns);
        let weights = kind.dequantise(&bytes);
        let order = [10, 3, 0, 7, 1, 9, 2, 8, 4, 6];
        let size = 2 * kind.block_bytes();
        let rows = order.map(|row| &bytes[row * size..][..size]);
        let matrix = PackedMatrix::from_rows(kind, &rows, columns).unwrap();
        assert_eq!(matrix.rows(), 10);
        for (row, from) in order.into_iter().enumerate() {
            assert_eq!(matrix.dequantise_row(row), weights[from * columns..][..columns]);
        }
    }
}

#[test]
fn bytes_that_do_not_match_the_shape_are_refused() {
    assert!(PackedMatrix::from_gguf(TensorType::Q8_0, &[0; 34], 1, 64).is_err());
    assert!(PackedMatrix::from_gguf(TensorType::Q8_0, &[0; 34], 2, 16).is_err());
    assert!(PackedMatrix::from_gguf(TensorType::Q4K, &[0; 18], 1, 32).is_err());
    assert!(
        PackedMatrix::zeros(TensorType::Q8_0, 0, 32).is_err() && PackedMatrix::zeros(TensorType::F16, 1, 0).is_err()
    );
    assert!(PackedMatrix::zeros(TensorType::Q8_0, usize::MAX / 2, 1 << 20).is_err());
    let mut matrix = PackedMatrix::zeros(TensorType::Q8_0, 2, 32).unwrap();
    let row: &[u8] = &[0; 34];
    assert!(
        matrix.put_rows(0, TensorType::Q8_0, &[row; 2]).is_ok() && matrix.put_rows(2, TensorType::Q8_0, &[]).is_ok()
    );
    assert!(
        matrix.put_rows(1, TensorType::Q8_0, &[row; 2]).is_err()
            && matrix.put_rows(0, TensorType::Q8_0, &[&row[1..]]).is_err()
    );
    assert!(matrix.put_rows(usize::MAX, TensorType::Q8_0, &[row; 2]).is_err());
    assert!(matrix.put_rows(0, TensorType::Q5_1, &[&[0; 24]]).is_err(), "it has minima");
    assert!(matrix.put_rows(0, TensorType::F32, &[&[0; 128]]).is_err());
}

#[test]
fn rows_that_come_in_parts_make_the_same_matrix() {
    for kind in QUANTISED.into_iter().chain([TensorType::F16]) {
        let columns = 2 * kind.block_weights().max(BLOCK);
        let bytes = Random::new(5).tensor(kind, 21 * columns);
        let rows: Vec<&[u8]> = bytes.chunks_exact(bytes.len() / 21).collect();
        let mut parts = PackedMatrix::zeros(kind, 21, columns).unwrap();
        for first in [9, 0, 18] {
            parts.put_rows(first, kind, &rows[first..(first + 9).min(21)]).unwrap();
        }
        let whole = PackedMatrix::from_rows(kind, &rows, columns).unwrap();
        for row in 0..21 {
            assert_eq!(parts.dequantise_row(row), whole.dequantise_row(row), "{kind:?}");
        }
    }
}
