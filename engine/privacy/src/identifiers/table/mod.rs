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
use super::form::{self, Form, LEN_MAX};
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
pub(super) static KINDS: [Kind; KINDS_LEN] = ALL;

const ALL: [Kind; KINDS_LEN] = {
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
        filters[row] = context::filter_of(ALL[row].context);
        row += 1;
    }
    filters
};

const FORMS_LEN: usize = {
    let (mut len, mut row) = (0, 0);
    while row < KINDS_LEN {
        len += form::number_of(ALL[row].forms);
        row += 1;
    }
    len
};

const FORMS: [Form; FORMS_LEN] = {
    let mut forms = [Form::NONE; FORMS_LEN];
    let (mut next, mut row) = (0, 0);
    while row < KINDS_LEN {
        #[allow(clippy::cast_possible_truncation, reason = "asserted in walk.rs")]
        let kind = row as u16;
        (forms, next) = form::compile_all(kind, ALL[row].forms, forms, next);
        row += 1;
    }
    forms
};

static COMPILED: [Form; FORMS_LEN] = FORMS;

/// How many forms there are per length, added up: those of length `n` lie in `BY_LENGTH[STARTS[n]..STARTS[n + 1]]`.
const STARTS: [usize; LEN_MAX + 2] = {
    let mut starts = [0; LEN_MAX + 2];
    let mut len = 0;
    while len <= LEN_MAX {
        let (mut number, mut i) = (0, 0);
        while i < FORMS_LEN {
            if FORMS[i].min as usize <= len && len <= FORMS[i].max as usize {
                number += 1;
            }
            i += 1;
        }
        starts[len + 1] = starts[len] + number;
        len += 1;
    }
    starts
};

static BY_LENGTH: [u16; STARTS[LEN_MAX + 1]] = {
    let mut places = [0; STARTS[LEN_MAX + 1]];
    let (mut len, mut next) = (0, 0);
    while len <= LEN_MAX {
        let mut i = 0;
        while i < FORMS_LEN {
            if FORMS[i].min as usize <= len && len <= FORMS[i].max as usize {
                #[allow(clippy::cast_possible_truncation, reason = "a few hundred forms")]
                let place = i as u16;
                places[next] = place;
                next += 1;
            }
            i += 1;
        }
        len += 1;
    }
    places
};

/// The forms of values of `len` letters and digits.
pub(super) fn forms(len: usize) -> impl Iterator<Item = &'static Form> {
    BY_LENGTH[STARTS[len]..STARTS[len + 1]].iter().map(|place| &COMPILED[usize::from(*place)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
}
