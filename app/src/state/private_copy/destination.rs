//! Where redacted text goes, and what may be kept in it there.

use std::collections::BTreeSet;

use conclave_protocol::{Category, PrivacySettings};

use crate::state::categories::CategoryGroup;

/// Where redacted text goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Destination {
    /// Another AI, to which a person carries the text through the clipboard. Who reads it there is not known.
    #[default]
    AnotherAi,
    /// One that the person named in the settings, with rules of its own.
    Named(String),
}

/// What it takes to keep a value of some kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// A person's word, or their settings.
    Freely,
    /// A second word, for the value itself.
    OnceConfirmed,
}

impl Destination {
    /// All destinations of these settings.
    pub fn all(settings: &PrivacySettings) -> impl Iterator<Item = Self> {
        let named = settings.destinations.iter().map(|rules| Self::Named(rules.name.clone()));
        [Self::AnotherAi].into_iter().chain(named)
    }

    /// Whom a copy is for, inside a sentence.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::AnotherAi => "another AI",
            Self::Named(name) => name,
        }
    }

    /// What it takes to keep a value of this kind in a text that goes anywhere.
    #[must_use]
    pub fn keeping(category: Category) -> Keeping {
        match CategoryGroup::of(category) {
            CategoryGroup::Secrets => Keeping::OnceConfirmed,
            _ => Keeping::Freely,
        }
    }

    /// Kinds that the settings leave in a text that goes there. A destination that has left the settings gets nothing.
    #[must_use]
    pub fn kept(&self, settings: &PrivacySettings) -> BTreeSet<Category> {
        let kept = match self {
            Self::AnotherAi => Some(&settings.kept),
            Self::Named(name) => {
                settings.destinations.iter().find(|rules| rules.name == *name).map(|rules| &rules.kept)
            }
        };
        let kinds = kept.into_iter().flatten().copied();
        kinds.filter(|category| Self::keeping(*category) == Keeping::Freely).collect()
    }
}

/// The rules that the redactor works by: those of the settings, but that it finds whatever is hidden from some destination.
#[must_use]
pub fn redactor_rules(settings: &PrivacySettings) -> PrivacySettings {
    let everywhere = Destination::all(settings).map(|to| to.kept(settings)).reduce(|one, other| &one & &other);
    PrivacySettings {
        kept: everywhere.unwrap_or_default().into_iter().collect(),
        destinations: Vec::new(),
        ..settings.clone()
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::DestinationRules;

    use super::*;

    #[test]
    fn settings_alone_keep_no_secret() {
        let kept = vec![Category::Email, Category::ApiKey, Category::Jwt, Category::Person];
        let settings = PrivacySettings { kept, terms: vec!["Falcon".into()], ..PrivacySettings::default() };
        let rules = redactor_rules(&settings);
        assert_eq!(rules.kept, [Category::Person, Category::Email]);
        assert_eq!(rules.terms, ["Falcon"]);
    }

    #[test]
    fn what_is_hidden_from_one_is_found_for_all() {
        let kept = vec![Category::Person, Category::Location];
        let work = DestinationRules { name: "Work".into(), kept: vec![Category::Location, Category::Jwt] };
        let settings = PrivacySettings { kept, destinations: vec![work], ..PrivacySettings::default() };
        let rules = redactor_rules(&settings);
        assert_eq!(rules.kept, [Category::Location]);
        assert_eq!(rules.destinations, []);
        let kept = |name: &str| Destination::Named(name.into()).kept(&settings);
        assert_eq!(kept("Work"), [Category::Location].into());
        assert_eq!(kept("Gone"), [].into(), "nothing is known of it");
        let all: Vec<Destination> = Destination::all(&settings).collect();
        assert_eq!(all, [Destination::AnotherAi, Destination::Named("Work".into())]);
    }
}
