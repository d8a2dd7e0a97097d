//! Country codes (ITU-T E.164, annex; list of assigned codes) with the lengths of the numbers behind them.

/// Codes of one and two digits with the fewest and most digits that follow. Lengths: national numbering plans as notified to
/// the ITU (Operational Bulletin), shortest subscriber number to longest.
const SHORT: [(&[u8], usize, usize); 45] = [
    (b"1", 10, 10),
    (b"7", 10, 10),
    (b"20", 8, 10),
    (b"27", 9, 9),
    (b"30", 10, 10),
    (b"31", 9, 9),
    (b"32", 8, 9),
    (b"33", 9, 9),
    (b"34", 9, 9),
    (b"36", 8, 9),
    (b"39", 6, 11),
    (b"40", 9, 9),
    (b"41", 9, 12),
    (b"43", 7, 13),
    (b"44", 9, 10),
    (b"45", 8, 8),
    (b"46", 7, 12),
    (b"47", 8, 8),
    (b"48", 9, 9),
    (b"49", 7, 13),
    (b"51", 8, 9),
    (b"52", 10, 11),
    (b"53", 6, 8),
    (b"54", 10, 11),
    (b"55", 10, 11),
    (b"56", 9, 10),
    (b"57", 8, 11),
    (b"58", 10, 10),
    (b"60", 8, 10),
    (b"61", 6, 10),
    (b"62", 7, 12),
    (b"63", 8, 10),
    (b"64", 8, 10),
    (b"65", 8, 11),
    (b"66", 8, 9),
    (b"81", 9, 10),
    (b"82", 8, 10),
    (b"84", 9, 10),
    (b"86", 9, 11),
    (b"90", 7, 10),
    (b"91", 10, 13),
    (b"92", 8, 11),
    (b"93", 9, 9),
    (b"94", 9, 9),
    (b"98", 10, 10),
];
/// Myanmar's plan is the one of two digits that varies this much.
const MYANMAR: (&[u8], usize, usize) = (b"95", 7, 10);

/// Assigned codes of three digits, as ranges.
const LONG: [(u16, u16); 23] = [
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 692),
    (800, 800),
    (808, 808),
    (850, 856),
    (870, 888),
    (960, 968),
    (970, 979),
    (992, 998),
];
/// Digits that follow a code of three digits: Andorra, Saint Helena and others have 4 to 6; 12 fills E.164's 15.
const LONG_REST: std::ops::RangeInclusive<usize> = 4..=12;
/// Fewest digits of an international number in all that are taken; shorter ones exist on islands, but `+123 4567` is a sum.
const DIGITS_MIN: usize = 8;

/// Whether the digits (country code first) can be an international number.
pub(super) fn accepts(digits: &[u8]) -> bool {
    if digits.len() < DIGITS_MIN {
        return false;
    }
    if let Some((code, min, max)) = SHORT.iter().chain([&MYANMAR]).find(|(code, ..)| digits.starts_with(code)) {
        let rest = &digits[code.len()..];
        // In North America area code and exchange begin with 2 to 9.
        let fits = *code != b"1" || rest.first().is_some_and(|digit| *digit >= b'2');
        return fits && (*min..=*max).contains(&rest.len());
    }
    let code = digits[..3].iter().fold(0u16, |code, digit| code * 10 + u16::from(digit - b'0'));
    LONG.iter().any(|(low, high)| (*low..=*high).contains(&code)) && LONG_REST.contains(&(digits.len() - 3))
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn lengths_follow_the_country() {
        assert!(accepts(b"14155552671"));
        assert!(!accepts(b"1415555267"));
        assert!(!accepts(b"11155552671"));
        assert!(accepts(b"4915112345678"));
        assert!(accepts(b"3545551234"));
        assert!(!accepts(b"2105551234567"));
    }
}
