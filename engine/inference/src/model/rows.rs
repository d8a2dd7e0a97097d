//! What a model does with its rows between the matrix products.
//!
//! Loops over slices: an operation on tensors would walk and allocate several times for each of these, and the library's
//! `exp` is a call per value in wasm. They are written so that the compiler makes SIMD of them.

/// Partial sums kept side by side, because the compiler may not reorder a sum of floats by itself.
const LANES: usize = 8;

/// RMS norm (Zhang and Sennrich 2019) of each row of `weight`'s width.
#[allow(clippy::cast_precision_loss, reason = "widths are small")]
pub(super) fn rms_norm(rows: &[f32], weight: &[f32], epsilon: f32) -> Vec<f32> {
    let mut normed = Vec::with_capacity(rows.len());
    for row in rows.chunks_exact(weight.len()) {
        let mean_square = sum_of(row, |value| value * value) / row.len() as f32;
        let scale = 1.0 / (mean_square + epsilon).sqrt();
        normed.extend(row.iter().zip(weight).map(|(value, weight)| value * scale * weight));
    }
    normed
}

/// The same, in place.
#[allow(clippy::cast_precision_loss, reason = "widths are small")]
pub(super) fn rms_norm_in_place(rows: &mut [f32], weight: &[f32], epsilon: f32) {
    for row in rows.chunks_exact_mut(weight.len()) {
        let mean_square = sum_of(row, |value| value * value) / row.len() as f32;
        let scale = 1.0 / (mean_square + epsilon).sqrt();
        row.iter_mut().zip(weight).for_each(|(value, weight)| *value *= scale * weight);
    }
}

/// Layer norm (Ba et al. 2016) of each row of `weight`'s width, in place.
#[allow(clippy::cast_precision_loss, reason = "widths are small")]
pub(super) fn layer_norm(rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let width = weight.len() as f32;
    for row in rows.chunks_exact_mut(weight.len()) {
        let mean = sum_of(row, |value| value) / width;
        let variance = sum_of(row, |value| (value - mean) * (value - mean)) / width;
        let scale = 1.0 / (variance + epsilon).sqrt();
        for ((value, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
            *value = (*value - mean) * scale * weight + bias;
        }
    }
}

/// GELU (Hendrycks and Gimpel 2016) in place: `x / 2 * (1 + erf(x / sqrt 2))`, with `erf` off by at most 5e-7 (formula 7.1.26
/// of Abramowitz and Stegun, and the rounding of 32-bit floats).
pub(super) fn gelu(values: &mut [f32]) {
    for value in values {
        let x = *value * std::f32::consts::FRAC_1_SQRT_2;
        let magnitude = x.abs();
        let t = 1.0 / (1.0 + 0.327_591_1 * magnitude);
        let mut p = 1.061_405_4;
        for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
            p = p * t + coefficient;
        }
        let erf = (1.0 - p * t * exp(-x * x)).copysign(x);
        *value *= 0.5 * (1.0 + erf);
    }
}

/// `sums += addends`
pub(super) fn add(sums: &mut [f32], addends: &[f32]) {
    sums.iter_mut().zip(addends).for_each(|(sum, addend)| *sum += addend);
}

/// `silu(gate) * up` (Shazeer 2020), where each row of `2 * width` holds the gate and then the other factor.
pub(super) fn gated(rows: &[f32], width: usize) -> Vec<f32> {
    let mut products = Vec::with_capacity(rows.len() / 2);
    for row in rows.chunks_exact(2 * width) {
        let (gate, up) = row.split_at(width);
        products.extend(gate.iter().zip(up).map(|(gate, up)| gate / (1.0 + exp(-gate)) * up));
    }
    products
}

/// Turns scores into `exp(scale * (score - largest))` and returns their sum, by which softmax divides.
pub(super) fn exponentials(scores: &mut [f32], scale: f32) -> f32 {
    let largest = largest(scores);
    scores.iter_mut().for_each(|score| *score = exp((*score - largest) * scale));
    sum_of(scores, |value| value)
}

/// The logarithm of `sum_i e^scores[i]`. NaN is none of them.
pub(crate) fn log_sum_of_exponentials(scores: &[f32]) -> f32 {
    let largest = largest(scores);
    // Computed of NaN too: a branch would keep the compiler from making SIMD of it.
    let term = |score: f32| {
        let power = exp(score - largest);
        if score.is_nan() { 0.0 } else { power }
    };
    largest + sum_of(scores, term).ln()
}

/// The largest; NaN is none of them.
fn largest(scores: &[f32]) -> f32 {
    let mut largest = [f32::NEG_INFINITY; LANES];
    for chunk in scores.chunks(LANES) {
        // `f32::max` is a library call in wasm.
        largest
            .iter_mut()
            .zip(chunk)
            .for_each(|(largest, score)| *largest = if score > largest { *score } else { *largest });
    }
    largest.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

/// `sum_i a[i] b[i]`
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, rest_of_a) = a.as_chunks::<LANES>();
    let (b, rest_of_b) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum::<f32>() + rest_of_a.iter().zip(rest_of_b).map(|(a, b)| a * b).sum::<f32>()
}

#[inline(always)]
fn sum_of(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|value| term(*value)).sum();
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += term(*value));
    }
    sums.iter().sum::<f32>() + rest
}

/// `e^x` to 2 units in the last place between -87 and 88, and the value at that end beyond: Cephes' polynomial, without
/// branches.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// 1.5 * 2^23: adding it leaves the nearest integer in the low bits of the mantissa.
    const SHIFT: f32 = 12_582_912.0;
    /// ln 2 in two parts, of which the first has so few bits that its products with exponents are exact.
    const LN_2: [f32; 2] = [355.0 / 512.0, -2.121_944_4e-4];
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + SHIFT;
    let exponent = shifted - SHIFT;
    let r = x - exponent * LN_2[0] - exponent * LN_2[1];
    let mut p = 1.987_569_1e-4;
    for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5e-1] {
        p = p * r + coefficient;
    }
    let power = p * r * r + r + 1.0;
    // The mantissa's low bits are the exponent's: adding them to those of `power` multiplies it by 2^exponent.
    f32::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_those_of_the_library() {
        for i in -87_000..=88_000 {
            let x = f64::from(i) / 1_000.0;
            let (got, exact) = (f64::from(exp(x as f32)), f64::from(x as f32).exp());
            assert!((got / exact - 1.0).abs() < 2.4e-7, "exp({x}) is {got} instead of {exact}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn softmax_is_a_distribution_at_every_length() {
        for length in 1..20u8 {
            let scores: Vec<f32> = (0..length).map(|i| (f32::from(i) * 1.7).sin() * 9.0).collect();
            let mut weights = scores.clone();
            let total = exponentials(&mut weights, 0.5);
            let exact: Vec<f32> = scores.iter().map(|score| (score * 0.5).exp()).collect();
            let exact_total: f32 = exact.iter().sum();
            for (weight, exact) in weights.iter().zip(exact) {
                assert!((weight / total - exact / exact_total).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_normed_row_has_mean_square_one() {
        let rows: Vec<f32> = (0..26u8).map(|i| f32::from(i) - 7.5).collect();
        for row in rms_norm(&rows, &[2.0; 13], 0.0).chunks_exact(13) {
            let square: f32 = row.iter().map(|value| value * value).sum();
            assert!((square / 13.0 - 4.0).abs() < 1e-5);
        }
    }

    #[test]
    fn gelu_follows_its_formula() {
        // erf by its Taylor series, in 64-bit floats.
        let erf = |x: f64| {
            let mut term = x;
            let mut sum = x;
            for n in 1..200 {
                term *= -x * x / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            sum * 2.0 / std::f64::consts::PI.sqrt()
        };
        let xs: Vec<f32> = (-500..=500i16).map(|i| f32::from(i) / 100.0).collect();
        let mut got = xs.clone();
        gelu(&mut got);
        for (x, got) in xs.iter().zip(got) {
            let exact = f64::from(*x) / 2.0 * (1.0 + erf(f64::from(*x) / 2f64.sqrt()));
            assert!((f64::from(got) - exact).abs() < 2e-6, "gelu({x}) is {got} instead of {exact}");
        }
        let mut ends = [-1e4, 1e4, 0.0];
        gelu(&mut ends);
        assert_eq!(ends, [0.0, 1e4, 0.0]);
    }

    #[test]
    fn a_layer_normed_row_has_mean_and_variance_of_its_weights() {
        let mut rows: Vec<f32> = (0..26u8).map(|i| f32::from(i) * 3.0 - 7.5).collect();
        layer_norm(&mut rows, &[2.0; 13], &[0.5; 13], 0.0);
        for row in rows.chunks_exact(13) {
            let mean: f32 = row.iter().sum::<f32>() / 13.0;
            let variance: f32 = row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 13.0;
            assert!((mean - 0.5).abs() < 1e-5 && (variance - 4.0).abs() < 1e-4, "{mean} {variance}");
        }
    }

    #[test]
    fn gates_follow_their_formula() {
        let products = gated(&[1.0, -3.0, 10.0, 20.0, 0.0, 5.0, 7.0, -1.0], 2);
        let silu = |x: f32| x / (1.0 + (-x).exp());
        for (product, exact) in products.iter().zip([silu(1.0) * 10.0, silu(-3.0) * 20.0, 0.0, -silu(5.0)]) {
            assert!((product - exact).abs() < 1e-5, "{product} instead of {exact}");
        }
    }
}
