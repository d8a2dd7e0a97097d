//! United States social security numbers (SSA, rules of assignment since 2011: area not 000, 666 or 900-999, group not 00,
//! serial not 0000).

use crate::boundary;
use crate::numbers::Run;

/// Numbers that were printed in advertisements and are void.
const VOID: [&[u8; 9]; 2] = [b"078051120", b"219099999"];

/// How far a context word may stand before a number that is written without separators.
const CONTEXT_BYTES: usize = 40;

const CONTEXT: [&str; 6] = ["ssn", "ssns", "social security", "soc sec", "ss#", "social"];

/// How many groups of the run from `first` on are a social security number.
pub(crate) fn at(run: &Run<'_>, first: usize) -> Option<usize> {
    let lens = |count: usize| -> bool {
        let widths: [usize; 3] = [3, 2, 4];
        run.len() >= first + count && (0..count).all(|i| run.digits(first + i).len() == widths[i])
    };
    let used = if lens(3) {
        let gap = run.gap_before(first + 1);
        let joined = |gap: &[u8]| matches!(gap, b"-" | b"." | b"/");
        let same = run.gap_before(first + 2) == gap && matches!(gap, b"-" | b" " | b"." | [0xe2, 0x80, 0x90..=0x93]);
        if !same || joined(run.gap_before(first)) || joined(run.gap_before(first + 3)) {
            return None;
        }
        3
    } else if run.digits(first).len() == 9
        && boundary::has_word(boundary::before(run.text, run.groups[first].start, CONTEXT_BYTES), &CONTEXT)
    {
        1
    } else {
        return None;
    };
    let digits: Vec<u8> = (first..first + used).flat_map(|i| run.digits(i).iter().copied()).collect();
    is_assigned(&digits).then_some(used)
}

fn is_assigned(digits: &[u8]) -> bool {
    let (area, group, serial) = (&digits[..3], &digits[3..5], &digits[5..]);
    area != b"000"
        && area != b"666"
        && area[0] != b'9'
        && group != b"00"
        && serial != b"0000"
        && !VOID.iter().any(|void| digits == *void)
}

#[cfg(test)]
mod tests {
    use super::is_assigned;

    #[test]
    fn numbers_that_are_never_assigned_are_refused() {
        assert!(is_assigned(b"536904399"));
        for never in [b"000904399", b"666904399", b"936904399", b"536004399", b"536900000", b"078051120"] {
            assert!(!is_assigned(never));
        }
    }
}
