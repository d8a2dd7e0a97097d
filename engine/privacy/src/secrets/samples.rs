//! Values without an anchor that are long: the text is sampled in strides shorter than they are.

use super::{mnemonic, wallet};
use crate::detector::Finding;
use crate::focus::Focus;

/// Bytes between two samples: the shortest seed phrase has 12 words of 3 letters with 11 spaces (47 bytes), the shortest
/// private key of a wallet 51 characters.
const STRIDE: usize = 44;

/// Reads the text at every stride, or where finds are wanted, and adds what is found there.
pub(crate) fn scan(text: &[u8], focus: &Focus<'_>, found: &mut Vec<Finding>) {
    let mut last = None;
    let mut read = |at: usize| {
        let (phrase, end) = mnemonic::around(text, at);
        for finding in [phrase, wallet::around(text, at)].into_iter().flatten() {
            // Two samples may hit one value.
            if last != Some(finding.span) {
                last = Some(finding.span);
                found.push(finding);
            }
        }
        end
    };
    if let Some(places) = focus.places() {
        let mut read_to = 0;
        for place in places.iter().filter(|place| **place < text.len()) {
            if *place >= read_to {
                read_to = read(*place);
            }
        }
        return;
    }
    let mut at = STRIDE / 2;
    while at < text.len() {
        at = read(at).max(at + STRIDE);
    }
}
