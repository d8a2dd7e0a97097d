//! All rows, and their forms by length.

mod africa_asia;
mod americas;
mod business;
mod europe;
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

/// Number of lists: one per length and class.
const LISTS: usize = (LEN_MAX + 1) * CLASSES;

/// Where the lists begin: that of length `n` and class `c` is `LISTED[STARTS[i]..STARTS[i + 1]]` with `i = n * CLASSES + c`.
static STARTS: [usize; LISTS + 1] = starts();

const fn starts() -> [usize; LISTS + 1] {
    let mut starts = [0; LISTS + 1];
    let mut list = 0;
    while list < LISTS {
        let (mut number, mut i) = (0, 0);
        while i < FORMS_LEN {
            number += COMPILED[i].may_be(list / CLASSES, list % CLASSES) as usize;
            i += 1;
        }
        starts[list + 1] = starts[list] + number;
        list += 1;
    }
    starts
}

static LISTED: [u16; starts()[LISTS]] = {
    let mut places = [0; starts()[LISTS]];
    let (mut list, mut next) = (0, 0);
    while list < LISTS {
        let mut i = 0;
        while i < FORMS_LEN {
            if COMPILED[i].may_be(list / CLASSES, list % CLASSES) {
                #[allow(clippy::cast_possible_truncation, reason = "a few hundred forms")]
                let place = i as u16;
                places[next] = place;
                next += 1;
            }
            i += 1;
        }
        list += 1;
    }
    places
};

/// The forms that a stretch of `len` letters and digits may have.
pub(super) fn forms(len: usize, class: Class) -> impl Iterator<Item = &'static Form> {
    let list = len * CLASSES + class;
    LISTED[STARTS[list]..STARTS[list + 1]].iter().map(|place| &COMPILED[usize::from(*place)])
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
