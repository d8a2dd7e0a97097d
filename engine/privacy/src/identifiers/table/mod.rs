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

use std::sync::LazyLock;

use super::context;
use super::form::{self, CLASSES, Class, Form, LEN_MAX, Shape};
use super::kind::Kind;
use groups::Groups;
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

/// What is made of the rows when the first text is read: compiled, all of it would be ten kilobytes of the program as it is sent.
struct Compiled {
    /// All forms.
    forms: Vec<Form>,
    /// The filter of each row's context words.
    filters: Vec<u128>,
    lists: Lists,
    groups: Groups,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let forms = Vec::from_iter((0..).zip(&KINDS).flat_map(|(row, kind)| form::compile_all(row, kind.forms)));
    let filters = KINDS.iter().map(|kind| context::filter_of(kind.context)).collect();
    Compiled { lists: Lists::new(&forms), groups: Groups::new(&forms), filters, forms }
});

/// A form that says nothing sensible stops the build.
const _: () = {
    let mut row = 0;
    while row < KINDS_LEN {
        form::check_all(KINDS[row].forms);
        row += 1;
    }
};

/// The filter of a row's context words.
pub(super) fn filter(row: u16) -> u128 {
    COMPILED.filters[usize::from(row)]
}

/// Number of lists: for each length and class one for each of [`GROUPS`].
const LISTS: usize = (LEN_MAX + 1) * CLASSES * GROUPS;
/// Ways to part a value, as far as lists tell them apart.
const GROUPS: usize = 8;

/// The list of a length, a class and separators before these places.
const fn list_of(len: usize, class: Class, separated: u64) -> usize {
    let group = (separated.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61) as usize;
    (len * CLASSES + class) * GROUPS + group
}

/// The lists that a form belongs to among those of a length and a class: one or two, or none.
fn lists_of(form: &Form, len: usize, class: Class) -> [Option<usize>; 2] {
    if !form.may_be(len, class) {
        return [None; 2];
    }
    if class & 1 == 1 {
        return [Some(list_of(len, class, 0)), None];
    }
    let (parted, joint) = (form.separated(false), form.separated(true));
    let (one, other) = (list_of(len, class, parted), list_of(len, class, joint));
    [(parted != 0).then_some(one), (parted == 0 || one != other).then_some(other)]
}

/// The forms by length, class and separators.
struct Lists {
    /// Where the lists begin: the `i`th is `listed[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
    /// Places of forms.
    listed: Vec<u32>,
}

impl Lists {
    fn new(forms: &[Form]) -> Self {
        // List and place, in one number.
        let mut rows: Vec<u64> = Vec::new();
        for (place, form) in (0u64..).zip(forms) {
            for len in usize::from(form.min)..=usize::from(form.max) {
                let lists = (0..CLASSES).flat_map(|class| lists_of(form, len, class)).flatten();
                rows.extend(lists.map(|list| (list as u64) << 32 | place));
            }
        }
        rows.sort_unstable();
        let start = |list: usize| rows.partition_point(|row| ((row >> 32) as usize) < list);
        Self { starts: (0..=LISTS).map(start).collect(), listed: rows.iter().map(|row| *row as u32).collect() }
    }
}

/// The forms that a stretch of `len` letters and digits with separators before these places may have.
pub(super) fn forms(len: usize, class: Class, separated: u64) -> impl Iterator<Item = &'static Form> {
    let Compiled { forms, lists, .. } = &*COMPILED;
    let list = list_of(len, class, separated);
    let listed = &lists.listed[lists.starts[list]..lists.starts[list + 1]];
    listed.iter().map(|place| &forms[*place as usize])
}

/// Whether a form begins with the groups of `shape`, which ends with a separator.
pub(super) fn has_beginning(shape: &Shape) -> bool {
    COMPILED.groups.has_beginning(shape)
}

/// Whether a form has the groups of `shape`, and letters and digits where it has them.
pub(super) fn has_form(shape: &Shape) -> bool {
    COMPILED.groups.has_form(shape)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::form::Standing;
    use super::super::kind::Check;
    use super::super::kind::form_alone;
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
        COMPILED.forms.iter().filter(|form| {
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
