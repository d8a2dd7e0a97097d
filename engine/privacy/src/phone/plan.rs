//! The numbering plans of the world: which digits are a number, and where.
//!
//! The table is made when the crate is built (`build/`), from the metadata of libphonenumber, and unpacked when the first number
//! is looked at. A walk over its automaton takes one step per digit.

mod table;
mod unpack;

use std::sync::LazyLock;

use table::Table;
pub(super) use table::{DEPTH_MAX as DIGITS_MAX, Plan};

use crate::hints::RegionCode;

/// The region of country codes that belong to no territory (`+800`, `+883`): "unknown" of ISO 3166-1's user-assigned codes.
#[cfg(test)]
const NO_REGION: RegionCode = *b"ZZ";

/// ITU-T E.164: digits of an international number, country code included.
const E164_MAX: usize = 15;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a mobile telephone (or not to be told from one, as in North America).
    Mobile,
    /// Fixed line, toll-free, voice over IP and others.
    Other,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| unpack::unpack(include_bytes!(concat!(env!("OUT_DIR"), "/numbering_plans"))));

/// Country codes have one to three digits.
const CODES: u16 = 1000;

/// Where in the table the plans of each country code begin, and those of the last one end.
static BY_CODE: LazyLock<Vec<usize>> =
    LazyLock::new(|| (0..=CODES).map(|code| all().partition_point(|plan| plan.code < code)).collect());

const LABEL_MOBILE: u32 = 2;

impl Plan {
    /// What the digits are, behind the country code and without a trunk prefix.
    fn kind(&self, digits: &[u8]) -> Option<Kind> {
        if digits.len() >= 32 || self.lengths & 1 << digits.len() == 0 {
            return None;
        }
        let edges = &TABLE.edges;
        let mut state = usize::from(self.root);
        let mut label = 0;
        for digit in digits {
            let bit = 1u32.checked_shl(u32::from(digit.wrapping_sub(b'0'))).unwrap_or(0) & 0x3ff;
            let mut edges = edges.get(state..)?.iter();
            let edge = loop {
                let edge = edges.next()?;
                if edge & bit != 0 {
                    break edge;
                }
                if edge & 1 << 15 != 0 {
                    return None;
                }
            };
            label = edge >> 10 & 0x1f;
            state = (edge >> 16) as usize;
        }
        match label {
            0 => None,
            label if label & LABEL_MOBILE != 0 => Some(Kind::Mobile),
            _ => Some(Kind::Other),
        }
    }

    /// Whether numbers have so many digits, a trunk prefix of up to two and a zero behind it included.
    fn may_have(&self, len: usize) -> bool {
        // Bits `len - 3` to `len`.
        len < 32 && self.lengths & (0b1111u64 << len >> 3) as u32 != 0
    }

    /// What the digits are as they are dialled inside the country, with or without the trunk prefix.
    pub(super) fn national(&self, digits: &[u8]) -> Option<Kind> {
        self.kind(digits).or_else(|| self.trunked(digits))
    }

    /// What the digits are, if they begin with the trunk prefix.
    pub(super) fn trunked(&self, digits: &[u8]) -> Option<Kind> {
        let rest = match (self.trunk, digits) {
            // Italy and a few others: the zero is part of the number.
            ([0, _], [b'0', ..]) => digits,
            ([trunk, 0], [first, rest @ ..]) if trunk == *first => rest,
            (trunk, [first, second, rest @ ..]) if trunk == [*first, *second] => rest,
            _ => return None,
        };
        // Belarus and its neighbours write a zero behind the prefix 8: `8 0152 45-09-11`.
        self.kind(rest).or_else(|| self.kind(rest.strip_prefix(b"0").filter(|_| self.trunk == [b'8', 0])?))
    }

    /// Whether numbers are written in groups of these lengths here.
    pub(super) fn groups(&self, grouping: u32) -> bool {
        let (from, to) = self.groupings;
        TABLE.groupings.get(usize::from(from)..usize::from(to)).is_some_and(|all| all.contains(&grouping))
    }
}

#[cfg(test)]
impl Plan {
    pub(super) fn trunk_prefix(&self) -> String {
        self.trunk.iter().filter(|digit| **digit != 0).map(|digit| char::from(*digit)).collect()
    }

    /// A country code and a number of the plan: the choices say which way the walk takes, and whether it ends where it may.
    pub(super) fn sample(&self, choices: &[u8]) -> (String, String) {
        let mut digits = String::new();
        let mut state = usize::from(self.root);
        for choice in choices.iter().cycle() {
            let mut edges = Vec::new();
            for edge in &TABLE.edges[state..] {
                edges.extend((0..10u8).filter(|digit| edge & 1 << digit != 0).map(|digit| (digit, *edge)));
                if edge & 1 << 15 != 0 {
                    break;
                }
            }
            let Some((digit, edge)) = edges.get(usize::from(*choice) % edges.len().max(1)) else { break };
            digits.push(char::from(b'0' + digit));
            state = (edge >> 16) as usize;
            let may_end = edge >> 10 & 0x1f != 0;
            if state == 0 || may_end && choice % 3 == 0 {
                break;
            }
        }
        (self.code.to_string(), digits)
    }
}

/// The plans of a region: one.
pub(super) fn of_region(region: RegionCode) -> Option<&'static Plan> {
    TABLE.plans.iter().find(|plan| plan.region == region)
}

/// Whether the digits are a national number of a region that writes numbers in these groups.
pub(super) fn is_grouped(digits: &[u8], grouping: u32) -> bool {
    is_known(grouping)
        && all()
            .iter()
            .any(|plan| plan.may_have(digits.len()) && plan.groups(grouping) && plan.national(digits).is_some())
}

/// The same, of a number with its trunk prefix.
pub(super) fn is_grouped_with_trunk(digits: &[u8], grouping: u32) -> bool {
    is_known(grouping)
        && all()
            .iter()
            .any(|plan| plan.may_have(digits.len()) && plan.groups(grouping) && plan.trunked(digits).is_some())
}

/// Whether any region writes numbers in these groups.
fn is_known(grouping: u32) -> bool {
    TABLE.known.binary_search(&grouping).is_ok()
}

/// All plans.
pub(super) fn all() -> &'static [Plan] {
    &TABLE.plans
}

/// The plans of the country code that the digits begin with, and the digits behind it. No code begins another (E.164).
fn of_code(digits: &[u8]) -> Option<(&'static [Plan], &[u8])> {
    let starts = &*BY_CODE;
    let mut code = 0;
    for (i, digit) in digits.iter().take(3).enumerate() {
        code = code * 10 + usize::from(digit.checked_sub(b'0')?);
        let (from, to) = (*starts.get(code)?, *starts.get(code + 1)?);
        if from < to {
            return Some((all().get(from..to)?, &digits[i + 1..]));
        }
    }
    None
}

/// Whose number the digits are, country code first, and of which kind. A trunk prefix behind the country code, which is
/// wrong and common (`+44 020 …`), is passed over.
pub(super) fn accepts(digits: &[u8]) -> Option<(RegionCode, Kind)> {
    let (plans, rest) = of_code(digits)?;
    plans.iter().find_map(|plan| Some((plan.region, plan.national(rest)?)))
}

/// A row of digits behind `+` and a country code that is long enough to be nothing else, whatever the plan says.
pub(super) fn is_long(digits: &[u8]) -> bool {
    const DIGITS_MIN: usize = 11;
    (DIGITS_MIN..=E164_MAX).contains(&digits.len()) && of_code(digits).is_some()
}

/// Whether a number of the country has this many digits: enough where a `+` stands before, for numbers of plans that
/// are newer than the table, and for invented ones.
pub(super) fn is_possible(digits: &[u8]) -> bool {
    // Shorter ones exist on islands, but `+123 4567` is a sum.
    const DIGITS_MIN: usize = 8;
    (DIGITS_MIN..=E164_MAX).contains(&digits.len())
        && of_code(digits).is_some_and(|(plans, rest)| {
            !rest.starts_with(b"0") && plans.iter().any(|plan| plan.lengths & 1 << rest.len() != 0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_by_territory_and_kind() {
        assert_eq!(accepts(b"4915112345678"), Some((*b"DE", Kind::Mobile)));
        assert_eq!(accepts(b"493012345678"), Some((*b"DE", Kind::Other)));
        assert_eq!(accepts(b"14155552671"), Some((*b"US", Kind::Mobile)));
        assert_eq!(accepts(b"12684641234"), Some((*b"AG", Kind::Mobile)));
        assert_eq!(accepts(b"80012345678"), Some((NO_REGION, Kind::Other)));
        assert_eq!(accepts(b"4402079460958"), accepts(b"442079460958"));
        assert_eq!(accepts(b"1415555267"), None);
        assert_eq!(accepts(b"11155552671"), None);
        assert_eq!(accepts(b"2105551234567"), None);
        assert_eq!(accepts(b"999"), None);
        assert_eq!(accepts(b""), None);
        assert_eq!(accepts(b"49151x2345678"), None);
    }

    #[test]
    fn national_numbers_follow_the_region() {
        let national = |region: &[u8; 2], digits: &[u8]| of_region(*region).and_then(|plan| plan.national(digits));
        assert_eq!(national(b"GB", b"02079460958"), Some(Kind::Other));
        assert_eq!(national(b"FR", b"0612345678"), Some(Kind::Mobile));
        assert_eq!(national(b"HU", b"06201234567"), Some(Kind::Mobile));
        assert_eq!(national(b"RU", b"89123456789"), Some(Kind::Mobile));
        assert_eq!(national(b"IT", b"0236618300"), Some(Kind::Other));
        assert_eq!(national(b"FR", b"0012345678"), None);
        assert!(of_region(*b"XX").is_none());
    }

    #[test]
    fn groupings_follow_the_region() {
        let groups = |region: &[u8; 2], grouping| of_region(*region).is_some_and(|plan| plan.groups(grouping));
        assert!(groups(b"FR", 0x22222));
        assert!(groups(b"RU", 0x22331));
        assert!(!groups(b"FR", 0x433));
        assert!(groups(b"AG", 0x433));
    }

    /// The table is sent with the program, and nothing compresses it further.
    #[test]
    fn the_table_is_small() {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/numbering_plans"));
        assert!(packed.len() <= 16 * 1024, "{}", packed.len());
        assert!(all().len() > 240);
        assert!(all().is_sorted_by_key(|plan| plan.code));
    }
}
