//! What a person decides about what is hidden, for all texts.

use conclave_protocol::{Category, PrivacySettings, RuleKind, Settings};

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
}

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

impl AppState {
    pub(super) fn edit_rule(&mut self, edit: RuleEdit) {
        let mut privacy = self.settings.privacy.clone();
        match edit {
            RuleEdit::Hide { category, hide } => {
                privacy.kept.retain(|kept| *kept != category);
                if !hide {
                    privacy.kept.push(category);
                    privacy.kept.sort_unstable();
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
