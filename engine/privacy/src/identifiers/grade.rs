//! How sure a find is.

use super::form::Standing;
use crate::detector::Strength;

/// Odds from which a check, and a word beside the value, prove it.
pub(super) const CHECKED: u32 = 5;
/// Odds from which a number that is the whole text is rather an identifier than a telephone number. Telephone numbers are
/// written that much more often than the numbers of one scheme.
const RATHER_THAN_PHONE: u32 = 50;

/// Announced or standing by itself; odds; length.
pub(super) type Rank = (bool, u32, usize);

/// How sure a find is: what announces it, and how many values would pass by chance.
pub(super) fn grade(standing: Standing, (announced, odds, _): Rank) -> (Strength, f32) {
    match (announced, odds, standing) {
        (true, 100.., _) | (false, 1000.., Standing::Always) => (Strength::Checksummed, 0.99),
        (true, CHECKED.., _) => (Strength::Checksummed, 0.97),
        (true, _, _) => (Strength::Patterned, 0.85),
        (false, 100.., Standing::Always) => (Strength::Checksummed, 0.95),
        (false, _, Standing::Always) => (Strength::Patterned, 0.85),
        (false, 1000.., _) => (Strength::Checksummed, 0.9),
        (false, 500.., _) => (Strength::Patterned, 0.8),
        (false, RATHER_THAN_PHONE.., _) => (Strength::Contextual, 0.55),
        // Less than a telephone number that stands alone.
        (false, 5.., _) => (Strength::Contextual, 0.45),
        (false, _, _) => (Strength::Contextual, 0.4),
    }
}
