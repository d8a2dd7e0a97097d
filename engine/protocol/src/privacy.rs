//! What a person decided about what is hidden.

use serde::{Deserialize, Serialize};

use crate::redaction::Category;

/// Rules of this device. Unknown fields are ignored and missing ones take their default, so that versions can differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrivacySettings {
    /// Countries (ISO 3166-1, two letters) whose numbers may be written without a country code.
    pub regions: Vec<String>,
    /// Kinds of values that are not hidden.
    pub kept: Vec<Category>,
    /// Values that are not hidden, in any case and spacing.
    pub allowed: Vec<String>,
    /// Terms that are always hidden, as whole words, in any case.
    pub terms: Vec<String>,
    /// Regular expressions whose matches are always hidden (syntax of the crate `regex`, ASCII classes).
    pub patterns: Vec<String>,
    /// Every UUID is hidden, and not only one that a name says to be a person's or a device's.
    pub uuids: bool,
    /// Every address of the web with a scheme is hidden, and not only one that leads to a person or into a private place.
    pub web_addresses: bool,
    /// Where redacted texts go, beside another AI of which nothing is known.
    pub destinations: Vec<DestinationRules>,
}

/// Somebody whom a person sends redacted texts to, and what may stand in them there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DestinationRules {
    /// As the person calls it; no other one has the same name.
    pub name: String,
    /// Kinds of values that are not hidden from it, whatever [`PrivacySettings::kept`] says.
    pub kept: Vec<Category>,
}

/// One of the lists of [`PrivacySettings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleKind {
    /// [`PrivacySettings::allowed`].
    Allowed,
    /// [`PrivacySettings::terms`].
    Term,
    /// [`PrivacySettings::patterns`].
    Pattern,
}

/// Why a rule is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblem {
    /// Its list.
    pub kind: RuleKind,
    /// Its place in the list.
    pub index: usize,
    /// What is wrong with it, and what to do, in a sentence.
    pub reason: String,
}
