//! Values without an anchor that are long: the text is sampled in strides shorter than they are.

use super::{mnemonic, wallet};
use crate::detector::Finding;

/// Bytes between two samples: the shortest seed phrase has 12 words of 3 letters with 11 spaces (47 bytes), the shortest
/// private key of a wallet 51 characters.
const STRIDE: usize = 44;

/// Reads the text at every stride and adds what is found there.
pub(crate) fn scan(text: &[u8], found: &mut Vec<Finding>) {
    let mut at = STRIDE / 2;
    let mut last = None;
    while at < text.len() {
        let (phrase, end) = mnemonic::around(text, at);
        for finding in [phrase, wallet::around(text, at)].into_iter().flatten() {
            // Two samples may hit one value.
            if last != Some(finding.span) {
                last = Some(finding.span);
                found.push(finding);
            }
        }
        at = end.max(at + STRIDE);
    }
}
