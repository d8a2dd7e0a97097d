//! What was found in a text, as it is listed: by kind, each value once.

use std::collections::{BTreeSet, HashMap};

use conclave_protocol::{Category, Review};

use super::PrivateCopy;
use crate::state::categories::{category_nouns, counted_all};
use crate::state::format::shorten;
use crate::state::recognition::{confidence_words, recognised_words};

/// Longest value that is listed, in characters; a private key would fill the page.
const VALUE_CHARS: usize = 40;

/// Most values of one kind that are listed with a switch of their own: more than anybody looks through one by one. The
/// kind's switch holds for all.
pub const MOST_LISTED: usize = 100;

/// One value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundValue {
    /// The token that stands for it.
    pub token: String,
    /// The value, shortened.
    pub value: String,
    /// How often it stands in the text.
    pub places: usize,
    /// How sure it is.
    pub confidence: String,
    /// Why it was recognised.
    pub reason: String,
    /// Whether it is hidden, as decided now.
    pub is_hidden: bool,
}

/// The values of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundGroup {
    /// The kind.
    pub category: Category,
    /// Its values, in the order in which they first stand in the text; at most [`MOST_LISTED`].
    pub values: Vec<FoundValue>,
    /// How many there are.
    pub count: usize,
    /// How many of them are hidden.
    pub hidden: usize,
}

/// What was found, by kind.
#[must_use]
pub fn findings(copy: &PrivateCopy) -> Vec<FoundGroup> {
    let kept = copy.kept();
    let mut groups: Vec<FoundGroup> = Vec::new();
    let mut seen: HashMap<&str, (usize, usize)> = HashMap::new();
    for mark in &copy.marks {
        if let Some((group, value)) = seen.get(mark.token.as_str()) {
            if let Some(value) = groups.get_mut(*group).and_then(|group| group.values.get_mut(*value)) {
                value.places += 1;
            }
            continue;
        }
        let at = groups.iter().position(|group| group.category == mark.category).unwrap_or_else(|| {
            groups.push(FoundGroup { category: mark.category, values: Vec::new(), count: 0, hidden: 0 });
            groups.len() - 1
        });
        let is_hidden = !kept.contains(mark.token.as_str());
        let group = &mut groups[at];
        seen.insert(&mark.token, (at, group.count));
        group.count += 1;
        group.hidden += usize::from(is_hidden);
        if group.values.len() < MOST_LISTED {
            group.values.push(FoundValue {
                token: mark.token.clone(),
                value: mark.span.of(&copy.text).map(|value| shorten(value, VALUE_CHARS)).unwrap_or_default(),
                places: 1,
                confidence: confidence_words(mark),
                reason: recognised_words(mark),
                is_hidden,
            });
        }
    }
    groups.sort_by_key(|group| group.category);
    groups
}

/// What the settings leave in the texts that go somewhere, in a sentence.
#[must_use]
pub fn policy_words(kept: BTreeSet<Category>) -> String {
    let mut kinds: Vec<String> = kept.into_iter().map(|kind| category_nouns(kind).to_owned()).collect();
    match kinds.pop() {
        None => "Everything that is recognised is hidden from it.".into(),
        Some(last) if kinds.is_empty() => format!("Your settings keep {last} for it."),
        Some(last) => format!("Your settings keep {} and {last} for it.", kinds.join(", ")),
    }
}

/// How many different values of each kind are hidden (or not) in the redacted text, in words; empty for none.
fn words(review: &Review, hidden: bool) -> String {
    let mut tokens: Vec<(Category, &str)> = review
        .found
        .iter()
        .filter(|found| found.hidden == hidden)
        .map(|found| (found.mark.category, found.mark.token.as_str()))
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    let kinds = tokens.chunk_by(|(one, _), (other, _)| one == other);
    counted_all(kinds.filter_map(|values| values.first().map(|(category, _)| (*category, values.len()))))
}

/// What the redacted text hides: "2 e-mail addresses, 1 card number"; empty for nothing.
#[must_use]
pub fn hidden_words(review: &Review) -> String {
    words(review, true)
}

/// What was recognised and stands in the redacted text all the same.
#[must_use]
pub fn kept_words(review: &Review) -> String {
    words(review, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_said_in_a_sentence() {
        assert_eq!(policy_words(BTreeSet::new()), "Everything that is recognised is hidden from it.");
        let kept = [Category::Location, Category::Title, Category::Age].into();
        assert_eq!(policy_words(kept), "Your settings keep titles, places and ages for it.");
        assert_eq!(policy_words([Category::Iban].into()), "Your settings keep IBANs for it.");
    }
}
