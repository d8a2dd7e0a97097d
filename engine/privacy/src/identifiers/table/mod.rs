//! All rows, and their forms by length.

mod africa_asia;
mod americas;
mod business;
mod europe;
mod groups;
mod health;
mod money;
mod oceania;
mod postal;
mod travel;
mod vat;
mod vehicles;

use super::context;
use super::form::{self, CLASSES, Class, Form, LEN_MAX};
use super::kind::Kind;
pub(super) use groups::{has_beginning, has_form};
pub(super) use vat::has_check as has_vat_check;

/// The parts of the table. Among kinds of equal odds the one that comes first names a value.
const PARTS: [&[Kind]; 11] = [
    europe::KINDS,
    americas::KINDS,
    africa_asia::KINDS,
    oceania::KINDS,
    health::KINDS,
    money::KINDS,
    business::KINDS,
    vat::KINDS,
    travel::KINDS,
    vehicles::KINDS,
    postal::KINDS,
];

/// Number of rows.
pub(super) const KINDS_LEN: usize = {
    let (mut len, mut part) = (0, 0);
    while part < PARTS.len() {
        len += PARTS[part].len();
        part += 1;
    }
    len
};

/// All rows.
pub(super) static KINDS: [Kind; KINDS_LEN] = {
    let mut kinds = [PARTS[0][0]; KINDS_LEN];
    let (mut next, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            kinds[next] = PARTS[part][row];
            next += 1;
            row += 1;
        }
        part += 1;
    }
    kinds
};

/// The filter of each row's context words.
pub(super) static FILTERS: [u128; KINDS_LEN] = {
    let mut filters = [0; KINDS_LEN];
    let mut row = 0;
    while row < KINDS_LEN {
        filters[row] = context::filter_of(KINDS[row].context);
        row += 1;
    }
    filters
};

const FORMS_LEN: usize = {
    let (mut len, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            len += form::number_of(PARTS[part][row].forms);
            row += 1;
        }
        part += 1;
    }
    len
};

/// All forms.
static COMPILED: [Form; FORMS_LEN] = {
    let mut forms = [Form::NONE; FORMS_LEN];
    let (mut next, mut row) = (0, 0);
    while row < KINDS_LEN {
        #[allow(clippy::cast_possible_truncation, reason = "asserted in walk.rs")]
        let kind = row as u16;
        (forms, next) = form::compile_all(kind, KINDS[row].forms, forms, next);
        row += 1;
    }
    forms
};

/// Number of lists: for each length and class one for each of [`GROUPS`].
const LISTS: usize = (LEN_MAX + 1) * CLASSES * GROUPS;
/// Ways to part a value, as far as lists tell them apart.
const GROUPS: usize = 8;

/// The list of a length, a class and separators before these places.
const fn list_of(len: usize, class: Class, separated: u64) -> usize {
    let group = (separated.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61) as usize;
    (len * CLASSES + class) * GROUPS + group
}

/// The lists that a form belongs to among those of a length and a class: one or two, [`LISTS`] where none.
const fn lists_of(form: &Form, len: usize, class: Class) -> [usize; 2] {
    if !form.may_be(len, class) {
        return [LISTS; 2];
    }
    if class & 1 == 1 {
        return [list_of(len, class, 0), LISTS];
    }
    let (parted, joint) = (form.separated(false), form.separated(true));
    let (one, other) = (list_of(len, class, parted), list_of(len, class, joint));
    [if parted == 0 { LISTS } else { one }, if parted != 0 && one == other { LISTS } else { other }]
}

/// Where the lists begin: the `i`th is `LISTED[STARTS[i]..STARTS[i + 1]]`.
static STARTS: [u16; LISTS + 1] = starts();

const fn starts() -> [u16; LISTS + 1] {
    // How many forms each list has, one place further on.
    let mut starts = [0u16; LISTS + 2];
    let mut i = 0;
    while i < FORMS_LEN {
        let mut row = COMPILED[i].min as usize * CLASSES;
        while row < (COMPILED[i].max as usize + 1) * CLASSES {
            let [one, other] = lists_of(&COMPILED[i], row / CLASSES, row % CLASSES);
            starts[one + 1] += 1;
            starts[other + 1] += 1;
            row += 1;
        }
        i += 1;
    }
    let (mut sums, mut list) = ([0; LISTS + 1], 0);
    while list < LISTS {
        sums[list + 1] = sums[list] + starts[list + 1];
        list += 1;
    }
    sums
}

const LISTED_LEN: usize = starts()[LISTS] as usize;

static LISTED: [u16; LISTED_LEN] = {
    // Places, and one for what belongs to no list.
    let mut places = [0; LISTED_LEN + 1];
    let (mut next, starts, mut list) = ([LISTED_LEN; LISTS + 1], starts(), 0);
    while list < LISTS {
        next[list] = starts[list] as usize;
        list += 1;
    }
    let mut i = 0;
    while i < FORMS_LEN {
        let mut row = COMPILED[i].min as usize * CLASSES;
        while row < (COMPILED[i].max as usize + 1) * CLASSES {
            let lists = lists_of(&COMPILED[i], row / CLASSES, row % CLASSES);
            let mut which = 0;
            while which < 2 {
                let list = lists[which];
                #[allow(clippy::cast_possible_truncation, reason = "a few hundred forms")]
                let place = i as u16;
                places[next[list]] = place;
                next[list] += (list < LISTS) as usize;
                which += 1;
            }
            row += 1;
        }
        i += 1;
    }
    let (mut listed, mut at) = ([0; LISTED_LEN], 0);
    while at < LISTED_LEN {
        listed[at] = places[at];
        at += 1;
    }
    listed
};

/// The forms that a stretch of `len` letters and digits with separators before these places may have.
pub(super) fn forms(len: usize, class: Class, separated: u64) -> impl Iterator<Item = &'static Form> {
    let list = list_of(len, class, separated);
    LISTED[usize::from(STARTS[list])..usize::from(STARTS[list + 1])].iter().map(|place| &COMPILED[usize::from(*place)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::check::form_alone;
    use super::super::form::Standing;
    use super::super::kind::Check;
    use super::*;

    #[test]
    fn names_are_unique_and_the_countries_many() {
        let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS_LEN);
        let countries: BTreeSet<&str> =
            names.iter().filter(|name| name.as_bytes().get(2) == Some(&b'-')).map(|name| &name[..2]).collect();
        assert!(countries.len() >= 60, "{countries:?}");
    }

    #[test]
    fn context_words_are_in_normal_form() {
        let common = super::super::words::COMMON.iter().flat_map(|common| common.words);
        for word in KINDS.iter().flat_map(|kind| kind.context).chain(common) {
            assert_eq!(**word, word.to_lowercase(), "lower case");
            assert!(!word.contains(['-', '.', '_', '\'', '/']), "{word}: signs are blanks");
        }
    }

    /// One in how many random values of the form passes the check of its row; `None` where none of `tries` did.
    fn measured(form: &Form, len: usize, tries: u32, chance: &mut u64) -> Option<u32> {
        let check = KINDS[usize::from(form.kind)].check;
        let mut digit = || {
            *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b'0' + ((*chance >> 33) % 10) as u8
        };
        let mut value = [0; LEN_MAX];
        let passed = (0..tries).filter(|_| {
            value[..len].fill_with(&mut digit);
            form.write_literals(&mut value);
            check(&value[..len])
        });
        u32::try_from(passed.count()).ok().filter(|passed| *passed > 0).map(|passed| tries / passed)
    }

    /// Forms of digits alone, without letters, that something is checked of: those whose odds say how much a bare number proves.
    fn bare() -> impl Iterator<Item = &'static Form> {
        COMPILED.iter().filter(|form| {
            let kind = &KINDS[usize::from(form.kind)];
            form.standing != Standing::Announced
                && form.is_of_bare_digits()
                && kind.odds > 2
                && !std::ptr::fn_addr_eq(kind.check, form_alone as Check)
        })
    }

    #[test]
    fn odds_are_what_random_digits_pass() {
        const TRIES: u32 = 100_000;
        // Rarer ones would need more tries.
        const RARE: u32 = TRIES / 25;
        let mut chance = 3;
        // The most frequent form of a row counts.
        let mut least = std::collections::BTreeMap::new();
        for form in bare() {
            for len in form.min..=form.max {
                let odds = measured(form, usize::from(len), TRIES, &mut chance).unwrap_or(u32::MAX);
                let known = least.entry(form.kind).or_insert(odds);
                *known = odds.min(*known);
            }
        }
        assert!(least.len() > 40, "{}", least.len());
        let wrong: Vec<String> = least
            .into_iter()
            .map(|(kind, odds)| (&KINDS[usize::from(kind)], odds))
            .filter(|(kind, odds)| *odds < RARE || kind.odds < RARE)
            .filter(|(kind, odds)| odds / 2 > kind.odds || kind.odds / 2 > *odds)
            .map(|(kind, odds)| format!("{}: {} told, {odds} measured", kind.name, kind.odds))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
