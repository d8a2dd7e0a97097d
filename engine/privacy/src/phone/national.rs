//! Numbers without a country code.

use super::context::{self, Announcement};
use super::extent::is_bracketed;
use super::place::{self, Place};
use super::plan::{self, Kind, Plan};
use super::{Digits, Reason, is_continued};
use crate::hints::Hints;
use crate::numbers::{Run, value};

mod shapes;

/// Fewest and most digits of a national number, a trunk prefix included, where nothing else is known of it.
const LENGTHS: std::ops::RangeInclusive<usize> = 7..=13;
/// Most digits of any: the longest numbers, in Germany and Austria, with their prefix.
const DIGITS_MAX: usize = 14;
/// Fewest digits behind `Tel.:`.
const LABELLED_MIN: usize = 5;
/// The same of a number that begins with the trunk prefix 0 and is told by that.
const TRUNK: std::ops::RangeInclusive<usize> = 9..=12;
/// Fewest digits of a number of a hinted region that fills a line: some islands have no more.
const HINTED_ALONE_MIN: usize = 4;
/// From so many digits on a number is rather one of a telephone than a count.
const LONG_MIN: usize = 10;
/// Groups before a number that make the run a row of numbers.
const ROW_MIN: usize = 3;
/// Fewest digits of a row without gaps inside a sentence.
const BARE_MIN: usize = 8;

/// A part of a run that may be a number.
struct Candidate<'a> {
    run: &'a Run<'a>,
    first: usize,
    used: usize,
    digits: Digits,
}

impl Candidate<'_> {
    fn digits(&self) -> &[u8] {
        self.digits.as_slice()
    }

    fn place(&self) -> Place {
        let start = self.run.groups[self.first].start;
        // Most numbers stand inside of something, and where they end costs more to say than where they begin.
        if !place::may_begin(&self.run.text[..start]) {
            return Place::Inside;
        }
        let span = super::extent::span(self.run, self.first, self.used);
        place::of(self.run.text, span.start, span.end)
    }

    /// Whether other digits stand before or behind it with nothing but a separator between.
    fn is_closed(&self) -> bool {
        self.first == 0 && self.first + self.used == self.run.len()
    }

    fn groups(&self) -> impl Iterator<Item = &[u8]> {
        (self.first..self.first + self.used).map(|i| self.run.digits(i))
    }

    /// Whether all groups have the same length.
    fn is_even(&self) -> bool {
        self.groups().all(|group| group.len() == self.run.digits(self.first).len())
    }

    /// The lengths of the groups, one per nibble, the first in the lowest.
    fn grouping(&self) -> u32 {
        (0..self.used.min(8)).rev().fold(0, |row, i| row << 4 | (self.run.digits(self.first + i).len() as u32).min(15))
    }
}

/// How many groups of the run from `first` on are a telephone number in a national form, and why.
pub(super) fn at(run: &Run<'_>, first: usize, hints: &Hints) -> Option<(usize, Reason)> {
    if first > 0 && matches!(run.gap_before(first), b"-" | b"." | b"/") {
        return None;
    }
    let is_free = !is_continued(run, first);
    if let Some(used) = shapes::known(run, first).filter(|_| is_free) {
        return Some((used, Reason::Shape));
    }
    if is_date(run, first) {
        return None;
    }
    if let Some(used) = shapes::grouped(run, first).filter(|_| is_free) {
        return Some((used, Reason::Shape));
    }
    // Deep in a row of numbers no word and no border says what one of them is.
    let is_deep = first >= ROW_MIN && run.gap_before(first).len() == 1;
    if is_deep && run.digits(first)[0] != b'0' {
        return None;
    }
    // What the candidates, longest last, are by the words around and the place; the surest and longest is taken.
    let mut best: Option<(usize, Reason)> = None;
    let mut told = None;
    let mut candidate = Candidate { run, first, used: 0, digits: Digits::default() };
    for i in first..run.len() {
        if i > first && !is_plain_gap(run.gap_before(i)) || !candidate.digits.push(run.digits(i)) {
            break;
        }
        candidate.used = i + 1 - first;
        if candidate.digits.len() > DIGITS_MAX {
            break;
        }
        if candidate.digits.len() < HINTED_ALONE_MIN || is_compact_date(&candidate) {
            continue;
        }
        let reason = judge(&candidate, hints, is_free, &mut told);
        best = reason.map(|reason| (candidate.used, reason)).or(best);
    }
    best
}

fn judge(candidate: &Candidate<'_>, hints: &Hints, is_free: bool, told: &mut Option<Announcement>) -> Option<Reason> {
    let digits = candidate.digits();
    if is_free && has_trunk_prefix(candidate) {
        return Some(Reason::Shape);
    }
    let mut place = None;
    let mut announcement = || {
        let groups = &candidate.run.groups[candidate.first..candidate.first + candidate.used];
        let before = *told.get_or_insert_with(|| context::before(candidate.run.text, groups[0].start));
        context::with_after(before, candidate.run.text, groups[candidate.used - 1].end)
    };
    let mut is_at = |least: Place| *place.get_or_insert_with(|| candidate.place()) >= least;
    for plan in hints.regions().iter().filter_map(|region| plan::of_region(*region)) {
        let Some(kind) = plan.national(digits) else { continue };
        let is_usual = is_free && is_usual_form(candidate, plan, kind) && announcement() != Announcement::Other;
        if is_usual || is_at(Place::Line) || LENGTHS.contains(&digits.len()) && is_at(Place::Cell) {
            return Some(Reason::Hinted);
        }
    }
    if digits.len() < LABELLED_MIN {
        return None;
    }
    let is_usual_length = LENGTHS.contains(&digits.len());
    match announcement() {
        Announcement::Other => return None,
        Announcement::Label if is_usual_length || is_anywhere(digits) => return Some(Reason::Announced),
        Announcement::Strong if is_usual_length && !is_decimal(candidate) => return Some(Reason::Announced),
        Announcement::Weak if is_free && digits.len() > BARE_MIN && is_anywhere(digits) && !is_decimal(candidate) => {
            return Some(Reason::Announced);
        }
        _ => {}
    }
    let is_alone = is_usual_length
        && !is_decimal(candidate)
        && !is_list(candidate)
        && (is_at(Place::Text) && is_likely(candidate)
            || is_at(Place::Cell) && is_distinct(candidate)
            || is_free && is_bare_mobile(candidate));
    let is_whole = || digits[0] == b'0' && digits[1] != b'0' || is_with_code(digits);
    (is_alone && !is_counted(digits)).then(|| if is_whole() { Reason::AloneWhole } else { Reason::Alone })
}

/// `07911123456` in a sentence: no other number begins with one zero, and nothing counts as far.
fn is_bare_mobile(candidate: &Candidate<'_>) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 10..=11;
    let digits = candidate.digits();
    candidate.used == 1
        && !is_in_row(candidate)
        && LENGTHS.contains(&digits.len())
        && digits[0] == b'0'
        && candidate.is_closed()
        && plan::all().iter().any(|plan| plan.trunked(digits) == Some(Kind::Mobile))
}

/// `0612345678,0612345679`: numbers with nothing but the border of a cell between.
fn is_in_row(candidate: &Candidate<'_>) -> bool {
    const BORDERS: &[u8] = b",;|\t";
    let group = candidate.run.groups[candidate.first];
    let (before, after) = (&candidate.run.text[..group.start], &candidate.run.text[group.end..]);
    matches!(before, [.., digit, border] if BORDERS.contains(border) && digit.is_ascii_digit())
        || matches!(after, [border, digit, ..] if BORDERS.contains(border) && digit.is_ascii_digit())
}

/// An international number without its `+`. The longest are told by mobile numbers alone, which are rarer.
fn is_with_code(digits: &[u8]) -> bool {
    const ANY_KIND: std::ops::RangeInclusive<usize> = 10..=12;
    plan::accepts(digits).is_some_and(|(_, kind)| kind == Kind::Mobile || ANY_KIND.contains(&digits.len()))
}

/// Whether a number that is the whole text is a telephone number: without gaps one of a mobile telephone, or one with a
/// trunk prefix or a country code; else written in the groups of its region.
fn is_likely(candidate: &Candidate<'_>) -> bool {
    // Without a country code; the longest ones are rather numbers of other kinds.
    const BARE_MAX: usize = 11;
    const TRUNKED_MAX: usize = 12;
    let digits = candidate.digits();
    let mut plans = plan::all().iter();
    if candidate.used > 1 {
        return plan::is_grouped(digits, candidate.grouping()) || is_with_code(digits);
    }
    let is_trunked = digits[0] == b'0' && digits[1] != b'0';
    let is_national = if is_trunked {
        digits.len() <= TRUNKED_MAX && plans.any(|plan| plan.trunked(digits).is_some())
    } else {
        digits.len() <= BARE_MAX && plans.any(|plan| plan.national(digits) == Some(Kind::Mobile))
    };
    is_national || is_with_code(digits)
}

/// Whether a number of a hinted region is written as one: in the region's groups, with its prefix or an area code in
/// brackets, or, without gaps, as people write the number of a mobile telephone.
fn is_usual_form(candidate: &Candidate<'_>, plan: &Plan, kind: Kind) -> bool {
    let digits = candidate.digits();
    let is_trunked = plan.trunked(digits).is_some();
    if candidate.used > 1 {
        return is_bracketed(candidate.run, candidate.first)
            || candidate.is_closed() && (is_trunked || plan.groups(candidate.grouping()) && !is_thousands(candidate));
    }
    digits.len() >= BARE_MIN && (is_trunked || kind == Kind::Mobile || digits.len() >= LONG_MIN) && !is_counted(digits)
}

/// `1 234 567`, `123.456.789`: thousands are parted like this. Nine digits with spaces are rather a number of one of the
/// countries that write it so than hundreds of millions.
fn is_thousands(candidate: &Candidate<'_>) -> bool {
    let group = |i: usize| candidate.run.digits(candidate.first + i);
    let is_amount = group(0).len() <= 3 && (1..candidate.used).all(|i| group(i).len() == 3);
    let is_spaced = candidate.run.gap_before(candidate.first + 1) == b" ";
    is_amount && (candidate.digits().len() < 9 || !is_spaced || group(candidate.used - 1) == b"000")
}

/// `020 7946 0958`, `0171-1234567`, `030/1234567`, `(02) 9876 5432`.
fn has_trunk_prefix(candidate: &Candidate<'_>) -> bool {
    let head = candidate.run.digits(candidate.first);
    if candidate.used < 2 || head.len() < 2 || head[0] != b'0' || head[1] == b'0' {
        return false;
    }
    TRUNK.contains(&candidate.digits.len()) && !is_code(candidate) || is_grouped_as_usual(candidate)
}

/// Shorter and longer numbers, and those of equal groups (`0700 1234 5678`): in the groups of a region where the digits are
/// a number.
fn is_grouped_as_usual(candidate: &Candidate<'_>) -> bool {
    const DIGITS_MIN: usize = 8;
    let (run, first, digits) = (candidate.run, candidate.first, candidate.digits());
    digits.len() >= DIGITS_MIN
        && candidate.is_closed()
        && !is_list(candidate)
        && run.gap_before(first + 1) == b" "
        && plan::is_grouped_with_trunk(digits, candidate.grouping())
}

/// Groups that look like a trunk prefix and are not: a ZIP code (`02139-4307`), parts of a serial number
/// (`0123-4567-8901`).
fn is_code(candidate: &Candidate<'_>) -> bool {
    const ZIP_PLUS_4: u32 = 0x45;
    // A pair of digits may be a group of any number: `06 12 34 56 78`.
    const PAIR: usize = 2;
    let is_serial = candidate.used > 2 && candidate.is_even() && candidate.run.digits(candidate.first).len() > PAIR;
    let is_dashed = candidate.run.gap_before(candidate.first + 1) == b"-";
    candidate.grouping() == ZIP_PLUS_4 && is_dashed || is_serial || is_list(candidate)
}

/// Times of day (`0800 0930 1100`), years (`1998-2003`), numbers in equal steps (`01 02 03 04`), and of characters
/// (`0399 0308 0301`).
fn is_list(candidate: &Candidate<'_>) -> bool {
    let is_time = |group: &[u8]| group.len() == 4 && value(&group[..2]) < 24 && value(&group[2..]) < 60;
    let is_year = |group: &[u8]| group.len() == 4 && (1900..2100).contains(&value(group));
    let is_character = |group: &[u8]| group.len() == 4 && group[0] == b'0';
    candidate.used > 2 && candidate.groups().all(is_time) && candidate.groups().is_sorted_by(|a, b| a < b)
        || candidate.used > 2 && candidate.groups().all(is_character)
        || candidate.used > 1 && candidate.groups().all(is_year)
        || candidate.used > 3 && shapes::is_series(candidate.groups())
}

/// Whether the digits are a national number in any region.
fn is_anywhere(digits: &[u8]) -> bool {
    plan::all().iter().any(|plan| plan.national(digits).is_some())
}

/// Whether a number that fills a cell is a telephone number rather than another: it begins with a trunk prefix, or with a
/// country code to which a mobile number belongs.
fn is_distinct(candidate: &Candidate<'_>) -> bool {
    const WITH_CODE_MIN: usize = 11;
    let digits = candidate.digits();
    let is_trunked = digits.starts_with(b"0") && !digits.starts_with(b"00") && TRUNK.contains(&digits.len());
    is_trunked && !is_code(candidate) && plan::all().iter().any(|plan| plan.trunked(digits).is_some())
        || digits.len() >= WITH_CODE_MIN
            && candidate.used == 1
            && plan::accepts(digits).is_some_and(|(_, kind)| kind == Kind::Mobile)
            && !is_article(digits)
}

/// An article number of 13 digits with the right check digit (GS1 General Specifications, 7.9), which a telephone number has
/// by chance one time in ten.
fn is_article(digits: &[u8]) -> bool {
    const LEN: usize = 13;
    let sum: usize =
        digits.iter().enumerate().map(|(i, digit)| usize::from(digit - b'0') * if i % 2 == 0 { 1 } else { 3 }).sum();
    digits.len() == LEN && sum.is_multiple_of(10)
}

/// Whether the digits are counted out or round (`123456789`, `11111111`, `25000000`), or seconds since 1970 of our days.
fn is_counted(digits: &[u8]) -> bool {
    let is_long = plan::accepts(digits).is_some();
    let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
    let steps = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    // 2017 to 2033.
    let is_time = digits.len() == 10 && (b"15"..=b"19").contains(&&[digits[0], digits[1]]);
    zeros * 2 > digits.len() && !is_long || steps(0) || steps(1) || is_time
}

/// `1.5 1234567`, `48.8566 2.3522`: decimal numbers. With a dot in every gap it is a grouping.
fn is_decimal(candidate: &Candidate<'_>) -> bool {
    let gap = |i: usize| candidate.run.gap_before(candidate.first + i);
    candidate.used > 1 && gap(1) == b"." && (candidate.used == 2 || (2..candidate.used).any(|i| gap(i) != b"."))
}

fn is_plain_gap(gap: &[u8]) -> bool {
    matches!(gap, b" " | b"-" | b"." | b"/" | b")" | b") " | b")-" | b")/" | b" (" | b"-(" | b".(" | b" - " | b" / ")
        || !gap.is_ascii()
}

/// `20240517` and `17052024` alone.
fn is_compact_date(candidate: &Candidate<'_>) -> bool {
    let digits = candidate.digits();
    if candidate.used != 1 || digits.len() != 8 {
        return false;
    }
    let is_year = |digits: &[u8]| (1900..2100).contains(&value(digits));
    let is_day = |a: &[u8], b: &[u8]| (1..=31).contains(&value(a)) && (1..=12).contains(&value(b));
    is_year(&digits[..4]) && is_day(&digits[6..], &digits[4..6])
        || is_year(&digits[4..]) && (is_day(&digits[..2], &digits[2..4]) || is_day(&digits[2..4], &digits[..2]))
}

/// Dates: 2-2-4, 4-2-2 and 2-2-2 with a month and a day that exist.
fn is_date(run: &Run<'_>, first: usize) -> bool {
    if run.len() < first + 3 {
        return false;
    }
    let value = |i: usize| value(run.digits(first + i));
    let len = |i: usize| run.digits(first + i).len();
    let (a, b, c) = (value(0), value(1), value(2));
    let day_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let same_gaps = run.gap_before(first + 1) == run.gap_before(first + 2);
    let year_last = len(0) <= 2
        && len(1) <= 2
        && (len(2) == 4 && (1900..2100).contains(&c) || len(2) == 2 && run.gap_before(first + 1) != b" ");
    let year_first = len(0) == 4 && (1900..2100).contains(&a) && len(1) <= 2 && len(2) <= 2;
    same_gaps && (year_last && (day_month(a, b) || day_month(b, a)) || year_first && day_month(c, b))
}
