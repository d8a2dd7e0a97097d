//! The walk over the text: from digits to candidates to finds.

use conclave_protocol::{Category, Span};

use super::form::{BARE_DIGITS, Form, LEN_MAX, SEPARATORS_MAX, Shape, Standing};
use super::grade::{CHECKED, Rank, grade};
use super::kind::Kind;
use super::place;
use super::surroundings::Surroundings;
use super::table::{self, KINDS_LEN};
use super::{crypto, doubt, grouped, iban, mac};
use crate::bytes::{self, DIGIT, class, is_alphanumeric};
use crate::detector::Finding;
use crate::focus::Focus;
use crate::hints::Hints;

/// Longest word of letters that stands before the first digit of a value: `HRB`, `CHE`, `IT`.
const LETTERS_BEFORE_MAX: usize = 4;
/// Words of letters before the first digit of a value: `M AB 123`.
const WORDS_BEFORE_MAX: usize = 2;
/// Longest word of letters inside a value, or at its end: `MWST`.
const LETTERS_INSIDE_MAX: usize = 4;
/// Words longer than this are no part of any value here.
const WORD_MAX: usize = LEN_MAX;
/// Longest value from its first digit's word on: letters, digits and separators, and a closing bracket.
const TEXT_MAX: usize = LEN_MAX + SEPARATORS_MAX + 1;
/// How far before that word a value may begin: groups of a hardware address without a digit, or words of letters.
const BEFORE_MAX: usize = mac::TEXT_MAX;
/// A value that one in so many passes is not held for something else because of a word beside it.
const SURE: u32 = 1000;

/// Digits without groups and without a word beside them are taken in a sentence, and as a line or cell of a text, where at
/// most one in so many random rows passes: then all forms of one length together take 2 % of other numbers at most. (More
/// forms are taken in a line; and columns are made of numbers.)
const BARE_IN_SENTENCE: u32 = 110;
const BARE_IN_CELL: u32 = 200;
/// How many times likelier an identifier is of a country that the text may come from.
const HINTED: u32 = 20;
/// Reads all identifiers of `text` and adds what they are to `found`.
pub(crate) fn scan(text: &[u8], hints: &Hints, mut focus: Focus<'_>, found: &mut Vec<Finding>) {
    // Over a break only what a check digit proves is taken.
    let least_odds = if focus.is_narrow() { CHECKED } else { 0 };
    // Nothing before this place is looked at again.
    let mut floor = 0;
    // Where the row of words ends that was looked at last.
    let mut row_end = 0;
    // Up to here it counts what else is found than what is wanted: it may stand in the way.
    let mut thorough = if focus.is_narrow() { 0 } else { text.len() };
    let mut at = 0;
    while let Some(digit) = bytes::digit(text, at) {
        let start = digit - text[at..digit].iter().rev().take_while(|byte| is_alphanumeric(**byte)).count();
        let end = digit + text[digit..].iter().take_while(|byte| is_alphanumeric(**byte)).count();
        at = end;
        let text_end = end.max(start + TEXT_MAX);
        if !focus.wants(start.saturating_sub(BEFORE_MAX), text_end) {
            continue;
        }
        if let Some(finding) = special(text, start, end, floor) {
            at = finding.span.end.max(end);
            floor = at;
            found.push(finding);
            continue;
        }
        if end - start > WORD_MAX {
            continue;
        }
        let mut starts = [start; WORDS_BEFORE_MAX + 1];
        let mut starts_len = 1;
        while starts_len <= WORDS_BEFORE_MAX {
            let Some(before) = word_before(text, starts[starts_len - 1], floor) else { break };
            starts[starts_len] = before;
            starts_len += 1;
        }
        if focus.is_narrow() {
            if at > row_end {
                row_end = end_of_row(text, at);
            }
            if !focus.wants_from(starts[starts_len - 1], row_end.min(text_end)) {
                continue;
            }
        }
        // The longest beginning first: `M AB 123` before `AB 123`.
        let best = starts[..starts_len]
            .iter()
            .rev()
            .filter_map(|start| {
                let least_end = if at > thorough { focus.first_behind(*start)? } else { 0 };
                from(text, hints, *start, least_odds, least_end)
            })
            .max_by_key(|found| found.rank);
        if let Some(best) = best {
            if at > thorough {
                // Once more from some words before it on.
                thorough = best.finding.span.end.max(end);
                at = floor.max(word_begin(text, best.finding.span.start.saturating_sub(TEXT_MAX)));
                row_end = 0;
                focus.back_to(at.saturating_sub(BEFORE_MAX));
                continue;
            }
            at = best.finding.span.end.max(end);
            floor = at;
            found.push(best.finding);
        }
    }
}

/// Where the word of letters and digits begins that `at` is in.
fn word_begin(text: &[u8], at: usize) -> usize {
    at - text[..at].iter().rev().take(WORD_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// Values with a grammar of their own, of which `text[start..end]` is the first word with a digit.
fn special(text: &[u8], start: usize, end: usize, floor: usize) -> Option<Finding> {
    if end - start >= crypto::LEN_MIN
        && let Some(finding) = crypto::word(text, start, end)
    {
        return Some(finding);
    }
    if let [first, second, third, fourth, ..] = &text[start..end]
        && first.is_ascii_alphabetic()
        && second.is_ascii_alphabetic()
        && third.is_ascii_digit()
        && fourth.is_ascii_digit()
    {
        return iban::at(text, start);
    }
    // The first group of a hardware address may be letters alone.
    match text.get(end) {
        Some(b':' | b'-' | b'.') => mac::at(text, end).or_else(|| mac_before(text, start, floor)),
        _ => mac_before(text, start, floor),
    }
}

/// A hardware address whose first groups, before `start`, hold no digit.
fn mac_before(text: &[u8], start: usize, floor: usize) -> Option<Finding> {
    let separator = start.checked_sub(1).filter(|at| matches!(text[*at], b':' | b'-' | b'.'))?;
    // The group before this one was looked at with its own digit, and was none of an address.
    if separator > floor && text[separator - 1].is_ascii_digit() {
        return None;
    }
    let row = text[..start]
        .iter()
        .rev()
        .take(mac::TEXT_MAX)
        .take_while(|byte| byte.is_ascii_hexdigit() || **byte == text[separator])
        .count();
    let first = text[start - row..start].iter().position(|byte| *byte == text[separator])?;
    mac::at(text, start - row + first).filter(|finding| finding.span.end > start)
}

/// Where the row of words ends that a value may go over from the end of a word on: with one separator between two words, and
/// no long word of letters alone.
fn end_of_row(text: &[u8], from: usize) -> usize {
    let mut end = from;
    loop {
        // A bracket may close the value.
        let closed = end + usize::from(matches!(text.get(end), Some(b')' | b']')));
        let word = end + 1;
        if !text.get(end).is_some_and(|byte| is_separator(*byte)) {
            return closed;
        }
        let rest = text.get(word..).unwrap_or_default();
        let len = rest.iter().take_while(|byte| is_alphanumeric(**byte)).count();
        if len == 0 || len > LETTERS_INSIDE_MAX && !rest[..len].iter().any(u8::is_ascii_digit) {
            return closed;
        }
        end = word + len;
    }
}

/// Where a short word of letters begins that stands one separator before `start`.
fn word_before(text: &[u8], start: usize, floor: usize) -> Option<usize> {
    let gap = start.checked_sub(1).filter(|gap| *gap > floor && is_separator(text[*gap]))?;
    let len = text[floor..gap]
        .iter()
        .rev()
        .take(LETTERS_BEFORE_MAX + 1)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let before = gap - len;
    let is_whole = before == 0 || !text[before - 1].is_ascii_alphanumeric();
    ((1..=LETTERS_BEFORE_MAX).contains(&len) && is_whole).then_some(before)
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'/' | b':' | b'+' | b'(' | b'[')
}

/// A find with its rank among those of one place.
struct Ranked {
    finding: Finding,
    rank: Rank,
}

/// The best find that begins at `start` and ends behind `least_end`, or there with a bracket.
fn from(text: &[u8], hints: &Hints, start: usize, least_odds: u32, least_end: usize) -> Option<Ranked> {
    if place::is_cut_before(text, start) {
        return None;
    }
    let mut shape = Shape::EMPTY;
    let mut best: Option<Ranked> = None;
    let mut surroundings = Surroundings::new(text, hints, start, least_odds);
    let mut at = start;
    loop {
        let mut has_digit = false;
        let word = at;
        while let Some(byte) = text.get(at)
            && let class = class(*byte)
            && class != 0
        {
            if !shape.push(*byte, class) {
                return best;
            }
            has_digit |= class == DIGIT;
            at += 1;
        }
        if at == word || !has_digit && at - word > LETTERS_INSIDE_MAX {
            return best;
        }
        let tail = text.get(at).copied().filter(|byte| matches!(byte, b')' | b']')).unwrap_or(0);
        if at >= least_end
            && let Some(found) =
                read(&shape, tail, at, &mut surroundings).or_else(|| vat(&shape, at, &mut surroundings))
            && best
                .as_ref()
                .is_none_or(|best| found.rank > best.rank || found.finding.detector == best.finding.detector)
        {
            best = Some(found);
        }
        match text.get(at) {
            Some(byte)
                if is_separator(*byte)
                    && shape.separate(*byte)
                    && (table::has_beginning(&shape) || grouped::has_country(&shape)) =>
            {
                at += 1
            }
            _ => return best,
        }
    }
}

/// What one candidate may be: form, kind, and its rank, which says whether words announce it.
type Candidate<'a> = (&'a Form, &'a Kind, Rank);

/// A VAT number whatever its groups.
fn vat(shape: &Shape, end: usize, surroundings: &mut Surroundings<'_>) -> Option<Ranked> {
    let found = read(&grouped::joined(shape)?, 0, end, surroundings)?;
    (found.finding.category == Category::VatId && found.rank.1 >= SURE / 2).then_some(found)
}

/// The best kind of one candidate.
fn read(shape: &Shape, tail: u8, end: usize, surroundings: &mut Surroundings<'_>) -> Option<Ranked> {
    let (text, start) = (surroundings.text, surroundings.start);
    if place::is_cut_after(text, end) || !table::has_form(shape) {
        return None;
    }
    let mut best: Option<Candidate<'_>> = None;
    // Whether it stands by itself is the same for all forms.
    let mut place: Option<(Standing, bool)> = None;
    for form in table::forms(shape.len, shape.class(), shape.separated) {
        if form.tail != 0 && form.tail != tail || !form.fits(shape) {
            continue;
        }
        let kind = &table::KINDS[usize::from(form.kind)];
        let odds = odds(kind, surroundings.hints);
        if odds < surroundings.least_odds {
            continue;
        }
        let value_end = end + usize::from(form.tail != 0);
        let (standing, cut_out) = *place.get_or_insert_with(|| {
            let standing = place::standing(text, start, value_end);
            let cut_out = standing == Standing::Announced && place::is_cut_after(text, value_end);
            (standing, cut_out)
        });
        if cut_out {
            return None;
        }
        if !(kind.check)(shape.value()) {
            continue;
        }
        let proves_enough = shape.class() != BARE_DIGITS
            || match standing {
                Standing::Text => true,
                Standing::Cell => odds >= BARE_IN_CELL,
                _ => odds >= BARE_IN_SENTENCE,
            };
        let by_itself = match form.standing {
            _ if !proves_enough => false,
            Standing::Always => {
                standing != Standing::Announced
                    || kind.odds >= SURE
                    || !(has_blanks(shape) && place::is_in_a_row(text, start, value_end) || surroundings.is_otherwise())
            }
            Standing::Cell => matches!(standing, Standing::Cell | Standing::Text),
            Standing::Text => standing == Standing::Text,
            Standing::Announced => false,
        };
        let alone = standing != Standing::Announced;
        let announced = surroundings.announce(kind, table::filter(form.kind), value_end, alone);
        if !by_itself && !announced {
            continue;
        }
        let rank = (announced, odds, shape.len);
        if best.as_ref().is_none_or(|(.., other)| rank > *other) {
            best = Some((form, kind, rank));
        }
    }
    let (form, kind, rank) = best?;
    let span = Span::new(start, end + usize::from(form.tail != 0));
    let (strength, score) = grade(form.standing, rank);
    // Where the text may come from its country, that tells.
    let is_bare = !rank.0 && shape.class() == BARE_DIGITS && rank.1 == kind.odds;
    let category = if is_bare && doubt::is_open(shape, kind) { Category::DeviceId } else { kind.category };
    Some(Ranked { finding: Finding::new(span, category, strength, kind.name).scored(score), rank })
}

fn has_blanks(shape: &Shape) -> bool {
    shape.separators[..shape.separators_len].iter().any(|(_, byte)| *byte == b' ')
}

/// One in how many values of the form are no identifier of this kind, as far as that is known.
fn odds(kind: &Kind, hints: &Hints) -> u32 {
    let is_hinted = kind.odds > 1 && kind.region().is_some_and(|region| hints.regions().contains(&region));
    if is_hinted { kind.odds * HINTED } else { kind.odds }
}

const _: () = assert!(KINDS_LEN < u16::MAX as usize);
