//! Names of firms that consist of surnames, and what stands behind the name of a firm.

use super::cues::Cue;
use super::fold::hashes;
use super::model::{self, Decision, Label};
use super::words::{Gap, Shape, Word};

/// Where the name of a firm ends that has several surnames: `Smith, Jones and Brown`, `Weber, Carullo & Partner LLP`,
/// `Chandran & Dean`, `Nazareth and Sons`.
pub fn end(words: &[Word], decisions: &[Decision], at: usize, end: usize) -> Option<usize> {
    const KIN: [u64; 12] = hashes("sons son daughters brothers bros partners partner associates company co figli fils");
    let decided = |i: usize| decisions.get(i).is_some_and(|decision| decision.label != Label::Other);
    let surname = |i: usize| {
        words.get(i).is_some_and(|word| {
            matches!(word.shape, Shape::Capital | Shape::Upper | Shape::Mixed)
                && (word.entry.surname() >= word.entry.given().max(1) || !word.entry.known())
        })
    };
    // One past the surname at `i`: `Smith`, `Garcia-Lee`, `van der Meulen`.
    let name = |i: usize| {
        let mut last = i;
        while words.get(last).is_some_and(model::is_small) && last < i + 2 {
            last += 1;
        }
        while decided(last) && words.get(last + 1).is_some_and(|next| next.gap == Gap::Hyphen) && last < i + 2 {
            last += 1;
        }
        (decided(last) && words[last].capital()).then_some(last + 1)
    };
    let company = |i: usize| {
        words.get(i).is_some_and(|next| next.gap == Gap::Space && matches!(next.cue, Cue::Company | Cue::Organisation))
    };
    let and = |i: usize| words.get(i).is_some_and(|word| word.gap == Gap::Space && word.cue == Cue::And);
    let ampersand = |i: usize| words.get(i).is_some_and(|word| word.gap == Gap::Ampersand);
    let kin = |i: usize| words.get(i).filter(|word| KIN.contains(&word.number)).map(|_| i + 1);
    let closed = |i: usize| i + usize::from(company(i));
    // `Nazareth and Sons`, `Hill & Co`.
    if let Some(last) =
        (and(end).then(|| kin(end + 1)).flatten()).or_else(|| ampersand(end).then(|| kin(end)).flatten())
    {
        return Some(closed(last));
    }
    let goes_on = |i: usize| {
        words.get(i).is_some_and(|next| next.capital() && matches!(next.gap, Gap::Space | Gap::Abbreviation))
            && !company(i)
    };
    if ampersand(end) && name(at) == Some(end) && surname(end - 1) {
        return name(end).filter(|last| surname(*last - 1) && !goes_on(*last)).map(closed);
    }
    // A surname, a comma, another one.
    let second = name(at).filter(|second| words.get(*second).is_some_and(|word| word.gap == Gap::Comma))?;
    let third = name(second).filter(|third| end <= *third)?;
    let (last, sure) = match words.get(third)?.gap {
        Gap::Ampersand => (name(third)?, true),
        _ if and(third) => (name(third + 1)?, false),
        _ => return None,
    };
    let surnames = [second - 1, third - 1, last - 1].into_iter().filter(|i| surname(*i)).count();
    let alone = words.get(last).is_none_or(|next| !(next.capital() && next.gap == Gap::Space));
    let before = (at > 0 && words[at].gap == Gap::Space).then(|| words[at - 1]);
    let called = before.is_some_and(|before| matches!(before.cue, Cue::Title | Cue::Role | Cue::Person));
    let listed = words[at].gap == Gap::Comma;
    let fits = sure || company(last) || alone && !called && !listed && surnames == 3;
    fits.then(|| closed(last))
}

/// Where the name of an institution ends that begins with a name: `Woodbridge Surgery`, `St Thomas' Hospital`.
pub fn institution(text: &str, words: &[Word], end: usize) -> Option<usize> {
    const INSTITUTIONS: [u64; 13] = hashes(
        "academy chambers clinic college hospice hospital infirmary museum nursery orphanage school surgery university",
    );
    let word = words.get(end).filter(|word| word.capital() && INSTITUTIONS.contains(&word.number))?;
    let between = text.get(words.get(end.checked_sub(1)?)?.end..word.start)?;
    matches!(between, " " | "' " | "\u{2019} " | "'s " | "\u{2019}s ").then_some(end + 1)
}

/// Legal forms with dots, and kin, behind a firm's name in other languages.
const LEGAL_FORMS: [&str; 24] = [
    "sp. z o.o.",
    "sp.k.",
    "sp.j.",
    "s.c.",
    "s.a.",
    "s.r.l.",
    "s.p.a.",
    "e.v.",
    "b.v.",
    "n.v.",
    "a.s.",
    "s.r.o.",
    "d.o.o.",
    "s.l.",
    "s.a.s.",
    "k.g.",
    "e figli",
    "et fils",
    "i syn s.c.",
    "i syn",
    "y asociados",
    "und söhne",
    "pty ltd",
    "& co. kg",
];

/// Where the legal form ends that stands behind a name.
pub fn legal_form(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?.strip_prefix(' ')?;
    let fits = |form: &&&str| rest.get(..form.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(form));
    let form = LEGAL_FORMS.iter().filter(fits).max_by_key(|form| form.len())?;
    let after = rest.as_bytes().get(form.len());
    after.is_none_or(|byte| !byte.is_ascii_alphanumeric()).then_some(end + 1 + form.len())
}
