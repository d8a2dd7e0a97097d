//! A row of the tables: one kind of identifier.

use conclave_protocol::Category;

use crate::hints::RegionCode;

/// A check over letters (upper case) and digits.
pub(super) type Check = fn(&[u8]) -> bool;

/// Any value of the form.
pub(super) fn form_alone(_: &[u8]) -> bool {
    true
}

/// One kind of identifier.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// Unique name, which begins with the country's code (ISO 3166-1) where there is one.
    pub(super) name: &'static str,
    pub(super) category: Category,
    /// One in how many values of this form passes the check; 1 where nothing is checked.
    pub(super) odds: u32,
    pub(super) check: Check,
    /// Forms with their standing, see [`super::form`].
    pub(super) forms: &'static str,
    /// Words that announce it, in lower case, beside those of its category.
    pub(super) context: &'static [&'static str],
}

impl Kind {
    /// The country whose identifier it is, where it is of one.
    pub(super) fn region(&self) -> Option<RegionCode> {
        match self.name.as_bytes() {
            [first, second, b'-', ..] => Some([first.to_ascii_uppercase(), second.to_ascii_uppercase()]),
            _ => None,
        }
    }
}

/// A row.
pub(super) const fn kind(
    name: &'static str,
    category: Category,
    odds: u32,
    check: Check,
    forms: &'static str,
    context: &'static [&'static str],
) -> Kind {
    Kind { name, category, odds, check, forms, context }
}
