//! How the kernels do on this processor: right to the last bit, and how fast.

use std::rc::Rc;

use conclave_ports::Clock;

use crate::format::TensorType;
use crate::kernels::{Activations, PackedMatrix, Team};
use crate::{InferenceError, Pulse};

/// Time that each of the two measurements takes.
const MEASURE_MS: f64 = 900.0;

/// Time after which a measurement ends although others took most of it.
const LONGEST_MS: f64 = 4_000.0;

/// Columns of the matrix that is read over and over, and its rows: 33 MB as Q4_1, more than the caches of most devices.
const LARGE: [usize; 2] = [4_096, 12_800];

/// Columns and rows of a layer of SmolLM2-135M, which the caches hold while it meets a block of a prompt.
const LAYER: [usize; 2] = [576, 1_536];

/// Tokens of a prompt that are read together.
const BLOCK: usize = 32;

/// How the kernels do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// Whether they give the known answers to the last bit.
    pub is_exact: bool,
    /// Bytes of weights that they read a second for one vector: writing.
    pub bytes_per_second: f64,
    /// Multiplications and additions a second for a block of vectors: reading.
    pub operations_per_second: f64,
    /// Threads that did it.
    pub threads: usize,
}

/// Measures a team for about two seconds.
///
/// # Errors
/// [`InferenceError::Cancelled`].
pub async fn measure(team: &Rc<Team>, clock: &dyn Clock, pulse: &Pulse) -> Result<Probe, InferenceError> {
    let is_exact = answers() == KNOWN_ANSWERS;
    let [columns, rows] = LARGE;
    let (mut matrix, bytes) = matrix(TensorType::Q4_1, columns, rows)?;
    matrix.lend(team);
    let writing = rate(&matrix, 1, clock, pulse).await?;
    drop(matrix);
    let [columns, rows] = LAYER;
    let (mut matrix, _) = self::matrix(TensorType::Q4_1, columns, rows)?;
    matrix.lend(team);
    let reading = rate(&matrix, BLOCK, clock, pulse).await?;
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let (bytes, operations) = (bytes as f64, (2 * columns * rows * BLOCK) as f64);
    Ok(Probe {
        is_exact,
        bytes_per_second: bytes * writing,
        operations_per_second: operations * reading,
        threads: team.threads(),
    })
}

/// Products a second.
async fn rate(matrix: &PackedMatrix, vectors: usize, clock: &dyn Clock, pulse: &Pulse) -> Result<f64, InferenceError> {
    let x = Activations::quantise(&numbers(vectors * matrix.columns()), matrix.columns());
    let began = clock.monotonic_ms();
    let (mut products, mut took_ms) = (0.0, 0.0);
    while took_ms < MEASURE_MS && clock.monotonic_ms() - began < LONGEST_MS {
        // Others may compute while this gives way: their time is not ours.
        pulse.beat().await?;
        let start = clock.monotonic_ms();
        std::hint::black_box(matrix.multiply(&x));
        took_ms += clock.monotonic_ms() - start;
        products += 1.0;
    }
    // Some clocks move in steps of a millisecond.
    Ok(products / f64::max(took_ms, 1.0) * 1_000.0)
}

/// A matrix with weights of all sizes, and its size in bytes.
fn matrix(kind: TensorType, columns: usize, rows: usize) -> Result<(PackedMatrix, usize), InferenceError> {
    let bytes = matrix_bytes(kind, columns * rows);
    Ok((PackedMatrix::from_gguf(kind, &bytes, rows, columns)?, bytes.len()))
}

/// Weights of all sizes, the same everywhere.
pub(crate) fn matrix_bytes(kind: TensorType, weights: usize) -> Vec<u8> {
    if kind == TensorType::F32 {
        return numbers(weights).iter().flat_map(|number| number.to_le_bytes()).collect();
    }
    let size = kind.size_bytes(weights).unwrap_or_default();
    let mut bytes: Vec<u8> = (0..size).map(|at| (at * 37 + at / 251) as u8).collect();
    for block in bytes.chunks_exact_mut(kind.block_bytes()) {
        // Scales between 1/64 and 1/32, whatever the type: a binary16 number in its first two bytes, or its last two.
        let at = if kind == TensorType::Q6K { block.len() - 2 } else { 0 };
        block[at + 1] = 0x24;
        if matches!(kind, TensorType::Q4_1 | TensorType::Q5_1 | TensorType::Q4K | TensorType::Q5K) {
            block[3] = 0xA4;
        }
    }
    bytes
}

/// Numbers between -1/2 and 1/2 that are the same everywhere.
#[allow(clippy::cast_precision_loss, reason = "small whole numbers")]
pub(crate) fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|at| (at * 61 % 127) as f32 / 127.0 - 0.5).collect()
}

const KINDS: [TensorType; 4] = [TensorType::Q4_1, TensorType::Q8_0, TensorType::Q5_0, TensorType::Q6K];

/// The last product of a small matrix of each of [`KINDS`], alone and in a block.
fn answers() -> [[u32; 2]; KINDS.len()] {
    KINDS.map(|kind| {
        let (rows, columns) = (8, 512);
        let Ok((matrix, _)) = matrix(kind, columns, rows) else { return [0; 2] };
        [1, 9].map(|vectors| {
            let products = matrix.multiply(&Activations::quantise(&numbers(vectors * columns), columns));
            products.last().map_or(0, |product| product.to_bits())
        })
    })
}

/// What [`answers`] are: computed by the scalar kernel, which the others equal to the last bit.
const KNOWN_ANSWERS: [[u32; 2]; KINDS.len()] =
    [[0xbf06_22c3, 0x3d79_5387], [0x3fa5_a7c4, 0xc0ba_1a5f], [0xbea3_e6db, 0x3fc2_f6af], [0xc2b2_c053, 0x42b0_28b7]];

#[cfg(test)]
mod tests {
    use conclave_ports::{Cancel, NoYield, SystemClock};

    use super::*;

    #[test]
    fn the_kernels_give_the_known_answers() {
        assert_eq!(answers(), KNOWN_ANSWERS, "{:x?}", answers());
        assert!(answers().iter().flatten().all(|bits| f32::from_bits(*bits).is_normal()));
    }

    #[test]
    fn speeds_are_plausible_and_the_measurement_can_be_stopped() {
        let clock = SystemClock::new();
        let team = Team::of_threads(2).unwrap();
        let probe = pollster::block_on(measure(&team, &clock, &Pulse::none())).unwrap();
        assert!(probe.is_exact);
        assert_eq!(probe.threads, 2);
        // From a slow telephone in a debug build to the fastest memory there is.
        assert!((1e7..1e13).contains(&probe.bytes_per_second), "{probe:?}");
        assert!((1e7..1e14).contains(&probe.operations_per_second), "{probe:?}");
        let cancel = Cancel::new();
        cancel.cancel();
        let stopped = pollster::block_on(measure(&team, &clock, &Pulse::new(cancel, Rc::new(NoYield))));
        assert_eq!(stopped, Err(InferenceError::Cancelled));
    }
}
