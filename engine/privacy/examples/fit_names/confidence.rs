//! How sure the model may say that it is.

use conclave_privacy::names::model::LABELS;

use crate::SCALE;
use crate::crf::{Chain, Model};

/// What is taken off the label of no name while names are collected, in units of weights: a little more than `names::model` takes, so
/// that doubtful names are among them.
const LEAN: f64 = 10.0;
/// Steps of Newton's method; near the best it converges in less than ten.
const STEPS: usize = 60;
/// Longest step, in units of slope and level.
const STEP_MAX: f64 = 0.25;

/// Slope and level of a logistic curve for each label (Platt 1999), from the names that a model finds in chains that it was not
/// fitted on: the mean margin of the name's words against whether exactly these words are one.
pub fn fit(model: &Model, held: &[Chain]) -> [(f64, f64); LABELS] {
    let mut seen: [Vec<(f64, bool, f64)>; LABELS] = Default::default();
    for chain in held {
        let decided = model.decide(chain, LEAN / SCALE);
        let right = |i: usize| chain.steps.get(i).map_or(0, |step| step.label);
        let mut at = 0;
        while at < decided.len() {
            let label = decided[at].0;
            let mut end = at + 1;
            while end < decided.len() && decided[end].0 == label {
                end += 1;
            }
            if label > 0 {
                let begins = at.checked_sub(1).is_none_or(|before| right(before) != label);
                let whole = begins && (at..end).all(|i| right(i) == label) && right(end) != label;
                let sum: f64 = decided[at..end].iter().map(|(_, margin)| margin).sum();
                #[allow(clippy::cast_precision_loss, reason = "a handful of words")]
                let margin = sum / (end - at) as f64;
                seen[label].push((margin, whole, chain.weight));
            }
            at = end;
        }
    }
    seen.each_ref().map(|seen| curve(seen))
}

/// The logistic curve of greatest likelihood, by Newton's method.
fn curve(seen: &[(f64, bool, f64)]) -> (f64, f64) {
    let (mut slope, mut level) = (0.5, 0.0);
    for _ in 0..STEPS {
        let (mut gradient, mut matrix) = ((0.0, 0.0), (1e-6, 0.0, 1e-6));
        for (margin, right, weight) in seen {
            let chance = 1.0 / (1.0 + (-(slope * margin + level)).exp());
            let error = weight * (chance - f64::from(u8::from(*right)));
            let bend = weight * chance * (1.0 - chance);
            gradient = (gradient.0 + error * margin, gradient.1 + error);
            matrix = (matrix.0 + bend * margin * margin, matrix.1 + bend * margin, matrix.2 + bend);
        }
        let determinant = matrix.0 * matrix.2 - matrix.1 * matrix.1;
        if determinant.abs() < 1e-12 {
            break;
        }
        let step = (
            (matrix.2 * gradient.0 - matrix.1 * gradient.1) / determinant,
            (matrix.0 * gradient.1 - matrix.1 * gradient.0) / determinant,
        );
        // Far from the best, Newton's step is too long.
        let shorter = (STEP_MAX / step.0.abs().max(step.1.abs()).max(STEP_MAX)).min(1.0);
        slope -= shorter * step.0;
        level -= shorter * step.1;
    }
    (slope, level)
}

/// Tells on the error stream what the curves say and what is true, for a person who reads along.
pub fn tell(curves: &[(f64, f64); LABELS], seen: usize) {
    for (label, (slope, level)) in curves.iter().enumerate().skip(1) {
        eprintln!("label {label}: confidence 1 / (1 + exp(-({slope:.3} margin + {level:.3}))), from {seen} chains");
    }
}
