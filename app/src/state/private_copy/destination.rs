//! Where redacted text goes, and what may be kept in it there.

use conclave_protocol::{Category, PrivacySettings};

use crate::state::categories::CategoryGroup;

/// Where redacted text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Destination {
    /// Another AI, to which a person carries the text through the clipboard. Who reads it there is not known.
    #[default]
    AnotherAi,
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
    /// All destinations.
    pub const ALL: [Self; 1] = [Self::AnotherAi];

    /// Whom a copy is for, in words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AnotherAi => "another AI",
        }
    }

    /// What it takes to keep a value of this kind in a text that goes there.
    #[must_use]
    pub const fn keeping(self, category: Category) -> Keeping {
        match (self, CategoryGroup::of(category)) {
            (Self::AnotherAi, CategoryGroup::Secrets) => Keeping::OnceConfirmed,
            (Self::AnotherAi, _) => Keeping::Freely,
        }
    }
}

/// The rules that the redactor works by: those of the settings, but that it finds what some destination wants confirmed,
/// whatever the settings say of its kind.
#[must_use]
pub fn redactor_rules(settings: &PrivacySettings) -> PrivacySettings {
    let is_free = |category: &Category| Destination::ALL.iter().all(|to| to.keeping(*category) == Keeping::Freely);
    PrivacySettings { kept: settings.kept.iter().copied().filter(is_free).collect(), ..settings.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_alone_keep_no_secret() {
        let kept = vec![Category::Email, Category::ApiKey, Category::Jwt, Category::Person];
        let settings = PrivacySettings { kept, terms: vec!["Falcon".into()], ..PrivacySettings::default() };
        let rules = redactor_rules(&settings);
        assert_eq!(rules.kept, [Category::Email, Category::Person]);
        assert_eq!(rules.terms, ["Falcon"]);
    }
}
