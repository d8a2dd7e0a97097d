//! One value, one token.
//!
//! # Which spelling comes back
//! Two spellings of one value share a token ([`spelling`] says when they are one value). The token stands for the spelling
//! that the value had when it was first seen: that is what a model's answer gets. The person's own message comes back with
//! the spellings that it had, because its [`Redaction`] remembers those that differ from the first
//! ([`Restorer::of_message`](crate::Restorer::of_message)).
//!
//! # Text that looks like a token
//! Where a text already holds something that the restorer would take for a token (`[EMAIL_01]`, `(email_2)`,
//! `&#91;PHONE_03&#93;`), with whatever number, that something is treated as a value itself and gets a token of the kind
//! [`Kind::Literal`]: `[LITERAL_01]`. A model leaves it alone as it leaves any token alone, all changes that the restorer
//! undoes are undone here too, and there are no escapes of escapes: `[LITERAL_01]` in a text is one more such thing. So
//! redacting and restoring is the identity on every text, and nothing that a person wrote can pass for a token later,
//! when its number has come into use.
//!
//! # What is never done
//! A number is never given twice, not even after its value was deleted, and no value changes its number.

mod bracket;
mod kind;
mod phone_number;
mod punycode;
mod redaction;
pub mod spelling;
mod stored;
mod writing;

use std::collections::BTreeMap;
use std::fmt;

use conclave_protocol::{Category, ThreadId};

pub(crate) use self::bracket::{Bracket, Enclosed};
pub(crate) use self::kind::DIGITS_MAX;
pub use self::kind::{Kind, Token};
pub(crate) use self::redaction::Written;
pub use self::redaction::{Redaction, Replacement};

use self::spelling::Keys;
use self::writing::{Writing, Writings};

/// Shortest value, in bytes, that is recognised under another category. Shorter ones are equal by chance.
const ACROSS_CATEGORIES_MIN: usize = 6;

/// The values of one conversation, numbered per category from 1: `[EMAIL_01]`.
///
/// Cloning gives a copy in which a preview can be tried without using up numbers.
#[derive(Clone, Default)]
pub struct Tokens {
    conversation: Option<ThreadId>,
    kinds: BTreeMap<Kind, Values>,
    /// Identifiers and credentials by their first spelling: one value has one token, whatever a detector takes it for.
    identifiers: BTreeMap<Writing, Token>,
}

#[derive(Clone, Default)]
struct Values {
    /// The last number that was given; deleted ones count.
    last: u32,
    entries: BTreeMap<u32, Entry>,
    /// Numbers by normal form. 0 stands where a form would mean two values.
    numbers: BTreeMap<Writing, u32>,
}

#[derive(Clone)]
struct Entry {
    /// As first seen.
    spelling: String,
    /// How often it was redacted.
    uses: u32,
    /// Brackets of the text that stood around its token.
    enclosed: Enclosed,
    /// A telephone number without country code whose country has become known.
    placed: bool,
}

/// What can be told about the values of one kind without telling any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistic {
    /// The kind.
    pub kind: Kind,
    /// Values that the table holds.
    pub values: usize,
    /// Values that were deleted.
    pub deleted: usize,
    /// How often a value was redacted.
    pub uses: u64,
}

impl Tokens {
    /// No values yet, for a text that belongs to no conversation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No values yet.
    #[must_use]
    pub fn of(conversation: ThreadId) -> Self {
        Self { conversation: Some(conversation), ..Self::default() }
    }

    /// The conversation whose values these are.
    #[must_use]
    pub const fn conversation(&self) -> Option<&ThreadId> {
        self.conversation.as_ref()
    }

    /// The token of `value`, as it is written; a new value gets the next number of its category.
    pub fn token(&mut self, category: Category, value: &str) -> String {
        self.assign(category.into(), value).to_string()
    }

    /// The token of `value`; a new value gets the next number of its kind. Counts one use.
    pub fn assign(&mut self, kind: Kind, value: &str) -> Token {
        let token = self.name(kind, value);
        if let Some(entry) = self.kinds.get_mut(&token.kind).and_then(|values| values.entries.get_mut(&token.number)) {
            entry.uses = entry.uses.saturating_add(1);
        }
        token
    }

    /// The token of `value`; a new value gets the next number of its kind. Counts no use.
    pub fn name(&mut self, kind: Kind, value: &str) -> Token {
        // First what this very writing was called before: another writing of it may since have become a value of this kind.
        let identifier = identifier(kind, value);
        if let Some(token) = identifier.as_ref().and_then(|identifier| self.identifiers.get(identifier)) {
            return *token;
        }
        let keys = Writings::from(spelling::keys(kind, value));
        let values = self.kinds.entry(kind).or_default();
        if let Some(number) = values.find(&keys) {
            let token = Token { kind, number };
            self.identifiers.extend(identifier.map(|identifier| (identifier, token)));
            return token;
        }
        // Memory ends long before numbers do: a stored table may not claim more than `NUMBER_MAX`, and 3 billion more
        // values do not fit a 32-bit address space.
        values.last += 1;
        let token = Token { kind, number: values.last };
        self.insert_as(token, value, 0, keys, identifier);
        token
    }

    /// Puts a value under a number that nothing else has.
    fn insert(&mut self, token: Token, value: &str, uses: u32, keys: Keys) {
        self.insert_as(token, value, uses, keys.into(), identifier(token.kind, value));
    }

    /// The same with what it is looked up by.
    fn insert_as(&mut self, token: Token, value: &str, uses: u32, keys: Writings, identifier: Option<Writing>) {
        let values = self.kinds.entry(token.kind).or_default();
        values.index(keys, token.number);
        values.entries.insert(
            token.number,
            Entry { spelling: value.to_owned(), uses, enclosed: Enclosed::default(), placed: false },
        );
        if let Some(identifier) = identifier {
            self.identifiers.entry(identifier).or_insert(token);
        }
    }

    /// The value of a token in its first spelling. `None` where the number was never given, or its value deleted.
    #[must_use]
    pub fn value(&self, token: Token) -> Option<&str> {
        Some(&self.kinds.get(&token.kind)?.entries.get(&token.number)?.spelling)
    }

    /// The brackets that stood around a token, where it has a value.
    pub(crate) fn enclosed(&self, token: Token) -> Option<Enclosed> {
        Some(self.kinds.get(&token.kind)?.entries.get(&token.number)?.enclosed)
    }

    /// Remembers that a token stands in brackets of the text.
    pub(crate) fn enclose(&mut self, token: Token, bracket: Bracket) {
        if let Some(entry) = self.kinds.get_mut(&token.kind).and_then(|values| values.entries.get_mut(&token.number)) {
            entry.enclosed = entry.enclosed.with(bracket);
        }
    }

    /// Deletes a value. Its number stays taken. Gives whether there was one.
    pub fn forget(&mut self, token: Token) -> bool {
        let Some(values) = self.kinds.get_mut(&token.kind) else { return false };
        if values.entries.remove(&token.number).is_none() {
            return false;
        }
        values.numbers.retain(|_, number| *number != token.number);
        self.identifiers.retain(|_, other| *other != token);
        true
    }

    /// Deletes all values. Their numbers stay taken.
    pub fn forget_all(&mut self) {
        self.identifiers.clear();
        for values in self.kinds.values_mut() {
            values.entries.clear();
            values.numbers.clear();
        }
    }

    /// All tokens that have a value.
    pub fn iter(&self) -> impl Iterator<Item = Token> + '_ {
        self.kinds
            .iter()
            .flat_map(|(kind, values)| values.entries.keys().map(|number| Token { kind: *kind, number: *number }))
    }

    /// Whether no token has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.values().all(|values| values.entries.is_empty())
    }

    /// Counts per kind, without values. Kinds that never had a value are left out.
    #[must_use]
    pub fn statistics(&self) -> Vec<Statistic> {
        let used = self.kinds.iter().filter(|(_, values)| values.last > 0);
        used.map(|(kind, values)| Statistic {
            kind: *kind,
            values: values.entries.len(),
            deleted: usize::try_from(values.last).unwrap_or(usize::MAX).saturating_sub(values.entries.len()),
            uses: values.entries.values().map(|entry| u64::from(entry.uses)).sum(),
        })
        .collect()
    }
}

/// What a value is recognised by under another category, if it is.
fn identifier(kind: Kind, value: &str) -> Option<Writing> {
    (spelling::is_identifier(kind) && value.len() >= ACROSS_CATEGORIES_MIN).then(|| value.into())
}

impl Values {
    /// The number of the value that has these forms.
    fn find(&mut self, keys: &Writings) -> Option<u32> {
        if let Some(number) = self.numbers.get(&keys.own).filter(|number| **number > 0) {
            return Some(*number);
        }
        // A telephone number with its country code: the same number without it may have come first.
        let number = *self.numbers.get(keys.without_country.as_ref()?)?;
        let entry = self.entries.get_mut(&number).filter(|entry| !entry.placed)?;
        if spelling::keys(Kind::Value(Category::Phone), &entry.spelling).without_country.is_some() {
            return None;
        }
        entry.placed = true;
        self.numbers.insert(keys.own.clone(), number);
        Some(number)
    }

    fn index(&mut self, keys: Writings, number: u32) {
        self.numbers.entry(keys.own).or_insert(number);
        if let Some(key) = keys.without_country {
            // Two countries know this number: without its country code it is neither.
            self.numbers.entry(key).and_modify(|other| *other = 0).or_insert(number);
        }
    }
}

/// Hides the values.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("conversation", &self.conversation)
            .field("statistics", &self.statistics())
            .finish_non_exhaustive()
    }
}
