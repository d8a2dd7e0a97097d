//! Numbers in text: runs of digit groups, from which cards, telephone numbers, social security numbers and IPv4
//! addresses are read.

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};
use crate::focus::Focus;
use crate::hints::Hints;
use crate::{boundary, bytes, card, ip, phone, ssn};

/// A maximal row of digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Digit groups with nothing but separators between them.
pub(crate) struct Run<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) groups: &'a [Group],
}

impl<'a> Run<'a> {
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    pub(crate) fn digits(&self, i: usize) -> &'a [u8] {
        let group = self.groups[i];
        &self.text[group.start..group.end]
    }

    /// The separators between group `i - 1` and group `i`; empty at both ends of the run.
    pub(crate) fn gap_before(&self, i: usize) -> &'a [u8] {
        match (i.checked_sub(1).and_then(|before| self.groups.get(before)), self.groups.get(i)) {
            (Some(before), Some(group)) => &self.text[before.end..group.start],
            _ => &[],
        }
    }
}

/// What the digits are worth; of long rows the first nine count.
pub(crate) fn value(digits: &[u8]) -> u32 {
    digits.iter().take(9).fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

/// Longest row of separators inside one number, in bytes: `) - ` or a no-break hyphen with a space.
const GAP_MAX: usize = 4;

/// Longest row of signs that may belong to a number's beginning or end: `(+`, `tel:+`, ` ext. `.
const SIGNS_MAX: usize = 24;

/// Reads all numbers of `text` and adds what they are to `found`.
pub(crate) fn scan(text: &[u8], hints: &Hints, mut focus: Focus<'_>, found: &mut Vec<Finding>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    let mut read_run = |focus: &mut Focus<'_>, groups: &[Group]| {
        if let [first, .., last] | [first @ last] = groups
            && focus.wants(first.start.saturating_sub(SIGNS_MAX), last.end + SIGNS_MAX)
        {
            let limit = focus.last_before(last.end + SIGNS_MAX);
            self::read_run(&Run { text, groups }, limit, hints, found);
        }
    };
    while let Some(start) = bytes::digit(text, at) {
        // Far from the places where numbers are wanted the next one is looked for.
        if groups.is_empty()
            && let Some(near) = near(text, &mut focus, start)
            && near > start
        {
            at = near;
            continue;
        }
        let len = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let group = Group { start, end: start + len };
        at = group.end;
        if groups.last().is_some_and(|last| !is_gap(&text[last.end..group.start])) {
            read_run(&mut focus, &groups);
            groups.clear();
        }
        if is_glued(text, group) {
            read_run(&mut focus, &groups);
            groups.clear();
        } else {
            groups.push(group);
        }
    }
    read_run(&mut focus, &groups);
}

/// Where only numbers over certain places are wanted: from where on the next one of those is to be looked for. What stands
/// before is no part of a run that ends behind.
fn near(text: &[u8], focus: &mut Focus<'_>, at: usize) -> Option<usize> {
    focus.places()?;
    let reach = at.saturating_sub(SIGNS_MAX);
    focus.pass(reach);
    let Some(place) = focus.first_behind(reach) else { return Some(text.len()) };
    let from = at.max(place.saturating_sub(SIGNS_MAX)).min(text.len());
    let may_be_in_run =
        |byte: &u8| byte.is_ascii_digit() || *byte >= 0x80 || matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')');
    Some(from - text[at..from].iter().rev().take_while(|byte| may_be_in_run(byte)).count())
}

/// Whether the digits belong to a word (`sha1`, `4k`, `img_20240101`) instead of standing alone.
fn is_glued(text: &[u8], group: Group) -> bool {
    let before = group.start > 0 && (text[group.start - 1] == b'_' || !boundary::starts(text, group.start));
    let after = match (text.get(group.end), text.get(group.end + 1)) {
        // An extension follows: `555-123-4567x89`.
        (Some(b'x' | b'X'), Some(next)) => !next.is_ascii_digit(),
        (Some(byte), _) => byte.is_ascii_alphabetic() || *byte == b'_',
        (None, _) => false,
    };
    before || after
}

fn is_gap(gap: &[u8]) -> bool {
    if gap.len() > GAP_MAX {
        return false;
    }
    let mut rest = gap;
    while let Some((first, tail)) = rest.split_first() {
        rest = match (first, tail) {
            (b' ' | b'-' | b'.' | b'/' | b'(' | b')', _) => tail,
            // No-break space; hyphen, no-break hyphen, figure dash, en dash; narrow no-break space.
            (0xc2, [0xa0, tail @ ..]) => tail,
            (0xe2, [0x80, 0x90..=0x93 | 0xaf, tail @ ..]) => tail,
            _ => return false,
        };
    }
    true
}

/// Where the number begins whose first group begins at `start`: with the plus sign and the brackets before it.
fn begin(text: &[u8], start: usize) -> usize {
    // A full-width plus sign has three bytes.
    let signs = text[..start].iter().rev().take(5).take_while(|byte| matches!(byte, b'(' | b'+' | 0x80..)).count();
    start - signs
}

/// Reads the numbers of a run. Where a limit is given, the break of a line, only those that begin before it and that a break
/// does not make doubtful: a telephone number without a sign before it is too weak for that.
fn read_run(run: &Run<'_>, limit: Option<usize>, hints: &Hints, found: &mut Vec<Finding>) {
    let mut first = 0;
    while first < run.len() {
        let start = run.groups[first].start;
        let begin = begin(run.text, start);
        if limit.is_some_and(|limit| begin >= limit) {
            break;
        }
        let Some((finding, used)) = read_number(run, first, hints, limit.is_none() || begin < start) else {
            first += 1;
            continue;
        };
        found.push(finding);
        first += used;
    }
}

/// The number that begins with group `first`, a telephone number only where one `may_call`.
fn read_number(run: &Run<'_>, first: usize, hints: &Hints, may_call: bool) -> Option<(Finding, usize)> {
    let plain = |used: usize, category, strength, detector| {
        let span = Span::new(run.groups[first].start, run.groups[first + used - 1].end);
        (Finding::new(span, category, strength, detector), used)
    };
    if let Some(number) = phone::is_marked(run, first).then(|| phone::at(run, first, hints)).flatten() {
        return Some(number);
    }
    if let Some(used) = card::at(run, first) {
        return Some(plain(used, Category::CreditCard, Strength::Checksummed, "card"));
    }
    if let Some(used) = ssn::at(run, first) {
        return Some(plain(used, Category::UsSsn, Strength::Checksummed, "us-ssn"));
    }
    if let Some((used, score)) = ip::v4_at(run, first) {
        let (finding, used) = plain(used, Category::IpAddress, Strength::Patterned, "ipv4");
        return Some((finding.scored(score), used));
    }
    may_call.then(|| phone::at(run, first, hints)).flatten()
}
