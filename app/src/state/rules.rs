//! What a person decides about what is hidden, for all texts.

use conclave_protocol::{Category, DestinationRules, PrivacySettings, RuleKind, Settings};

use super::AppState;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleEdit {
    /// Hide a kind of value, or do not.
    Hide {
        /// The kind.
        category: Category,
        /// Whether it is hidden.
        hide: bool,
    },
    /// Add a value, a term or a pattern.
    Add {
        /// Its list.
        kind: RuleKind,
        /// What it says.
        rule: String,
    },
    /// Take one off its list.
    Remove {
        /// Its list.
        kind: RuleKind,
        /// What it says.
        rule: String,
    },
    /// Hide every UUID, or only those that a name says to be a person's or a device's.
    HideUuids(bool),
    /// Hide every address of the web, or only those that lead to a person or into a private place.
    HideWebAddresses(bool),
    /// Name a destination of redacted texts; everything is hidden from it at first.
    AddDestination(String),
    /// Forget one.
    RemoveDestination(String),
    /// Hide a kind of value from one, or do not.
    HideFrom {
        /// Its name.
        destination: String,
        /// The kind.
        category: Category,
        /// Whether it is hidden.
        hide: bool,
    },
}

/// Most destinations, and most characters in the name of one: what a list to choose from can show.
pub const DESTINATIONS_MAX: usize = 20;
/// See [`DESTINATIONS_MAX`].
pub const DESTINATION_CHARS: usize = 40;

/// The list that a kind of rule stands in.
#[must_use]
pub const fn rules_of(settings: &PrivacySettings, kind: RuleKind) -> &Vec<String> {
    match kind {
        RuleKind::Allowed => &settings.allowed,
        RuleKind::Term => &settings.terms,
        RuleKind::Pattern => &settings.patterns,
    }
}

const fn rules_mut(settings: &mut PrivacySettings, kind: RuleKind) -> &mut Vec<String> {
    match kind {
        RuleKind::Allowed => &mut settings.allowed,
        RuleKind::Term => &mut settings.terms,
        RuleKind::Pattern => &mut settings.patterns,
    }
}

fn keep(kept: &mut Vec<Category>, category: Category, keep: bool) {
    kept.retain(|known| *known != category);
    if keep {
        kept.push(category);
        kept.sort_unstable();
    }
}

impl AppState {
    pub(super) fn edit_rule(&mut self, edit: RuleEdit) {
        let mut privacy = self.settings.privacy.clone();
        match edit {
            RuleEdit::Hide { category, hide } => keep(&mut privacy.kept, category, !hide),
            RuleEdit::HideUuids(hide) => privacy.uuids = hide,
            RuleEdit::HideWebAddresses(hide) => privacy.web_addresses = hide,
            RuleEdit::AddDestination(name) => {
                let name: String = name.trim().chars().take(DESTINATION_CHARS).collect();
                let is_new = privacy.destinations.iter().all(|known| known.name != name);
                if !name.is_empty() && is_new && privacy.destinations.len() < DESTINATIONS_MAX {
                    privacy.destinations.push(DestinationRules { name, kept: Vec::new() });
                }
            }
            RuleEdit::RemoveDestination(name) => privacy.destinations.retain(|known| known.name != name),
            RuleEdit::HideFrom { destination, category, hide } => {
                if let Some(rules) = privacy.destinations.iter_mut().find(|rules| rules.name == destination) {
                    keep(&mut rules.kept, category, !hide);
                }
            }
            RuleEdit::Add { kind, rule } => {
                // A pattern may begin or end with a space that counts.
                let rule = if kind == RuleKind::Pattern { rule.as_str() } else { rule.trim() };
                let rules = rules_mut(&mut privacy, kind);
                if !rule.trim().is_empty() && rules.iter().all(|known| known != rule) {
                    rules.push(rule.to_owned());
                }
            }
            RuleEdit::Remove { kind, rule } => rules_mut(&mut privacy, kind).retain(|known| *known != rule),
        }
        self.save(Settings { privacy, ..self.settings.clone() });
    }
}
