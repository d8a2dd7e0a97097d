//! How national numbers are written in groups: the formats of the metadata as rows of lengths.

use crate::pattern::{self, Pattern};

/// Most groups of one number, and most digits of one group: both fit a nibble of `u32`.
const GROUPS_MAX: usize = 8;
const GROUP_DIGITS_MAX: u32 = 15;

/// The lengths of a number's groups, one per nibble, the first group in the lowest.
pub type Grouping = u32;

/// The groupings of one format: `(\d{2})(\d{4,5})(\d{4})` written as `$1 $2-$3` gives 2-4-4 and 2-5-4; with the prefix
/// before the first group, which `rule` (`($NP$FG)`) may put there, 3-4-4 and 3-5-4 as well.
///
/// # Errors
/// A pattern that is not understood.
pub fn of(source: &str, format: &str, rule: Option<&str>, prefix: &str) -> Result<Vec<Grouping>, String> {
    let Pattern::Row(row) = pattern::parse(source)? else {
        return Err(format!("a format of several rows: {source}"));
    };
    let ranges: Vec<(u32, u32)> = row.iter().map(lengths).collect();
    let mut found = Vec::new();
    let mut chosen = vec![0; ranges.len()];
    choose(&ranges, &mut chosen, 0, &mut |chosen| {
        let plain = written(format, chosen);
        found.extend(grouping(&plain));
        if let Some(rule) = rule.filter(|_| !prefix.is_empty()) {
            let first = rule.replace("$NP", &"0".repeat(prefix.len())).replace("$FG", "$1");
            found.extend(grouping(&written(&format.replacen("$1", &first, 1), chosen)));
        }
    });
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn lengths(pattern: &Pattern) -> (u32, u32) {
    match pattern {
        Pattern::Digit(_) => (1, 1),
        Pattern::Row(row) => row.iter().map(lengths).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)),
        Pattern::Either(all) => all.iter().map(lengths).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default(),
        Pattern::Repeat(one, min, max) => {
            let one = lengths(one);
            (one.0 * min, one.1 * max)
        }
    }
}

fn choose(ranges: &[(u32, u32)], chosen: &mut Vec<u32>, at: usize, each: &mut impl FnMut(&[u32])) {
    let Some((min, max)) = ranges.get(at) else { return each(chosen) };
    for length in *min..=(*max).min(GROUP_DIGITS_MAX) {
        chosen[at] = length;
        choose(ranges, chosen, at + 1, each);
    }
}

/// The format with each `$n` as so many digits.
fn written(format: &str, lengths: &[u32]) -> String {
    lengths.iter().enumerate().fold(format.to_owned(), |text, (i, length)| {
        text.replace(&format!("${}", i + 1), &"0".repeat(*length as usize))
    })
}

fn grouping(text: &str) -> Option<Grouping> {
    let groups: Vec<usize> =
        text.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
    let fits =
        (2..=GROUPS_MAX).contains(&groups.len()) && groups.iter().all(|length| *length <= GROUP_DIGITS_MAX as usize);
    fits.then(|| groups.iter().rev().fold(0, |row, length| row << 4 | *length as Grouping))
}
