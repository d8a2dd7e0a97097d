//! What a person may set.

use serde::{Deserialize, Serialize};

use crate::id::ModelId;
use crate::privacy::PrivacySettings;

/// Colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What runs the model that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Processor {
    /// The graphics processor where there is one that suits, else the processor.
    #[default]
    Automatic,
    /// The graphics processor; the processor where it fails.
    Graphics,
    /// The processor.
    Central,
}

/// Settings of this device. Unknown fields are ignored and missing ones take their default, so that versions can differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Colour scheme.
    pub theme: Theme,
    /// Load the models as soon as the page opens.
    pub load_models_at_start: bool,
    /// Most tokens in one answer.
    pub max_answer_tokens: u32,
    /// Sampling temperature for answers without sources; 0 is greedy.
    pub temperature: f32,
    /// Show the trace panel.
    pub show_trace: bool,
    /// Keep the PDF files that a person adds, so that their pages can be shown.
    pub keep_originals: bool,
    /// The added model that writes answers; the one that ships where there is none.
    pub generator: Option<ModelId>,
    /// What runs it.
    pub processor: Processor,
    /// What is hidden from others, and what is not.
    pub privacy: PrivacySettings,
}

impl Settings {
    /// Bounds of [`Settings::max_answer_tokens`]; SmolLM2's context is 8,192 tokens, an answer longer than 1,024 takes
    /// over a minute on a weak laptop.
    pub const ANSWER_TOKENS: std::ops::RangeInclusive<u32> = 32..=1024;
    /// Bounds of [`Settings::temperature`]; above 1.5 small models write noise.
    pub const TEMPERATURE: std::ops::RangeInclusive<f32> = 0.0..=1.5;

    /// The same settings with every number inside its bounds.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        self.max_answer_tokens = self.max_answer_tokens.clamp(*Self::ANSWER_TOKENS.start(), *Self::ANSWER_TOKENS.end());
        self.temperature = if self.temperature.is_finite() {
            self.temperature.clamp(*Self::TEMPERATURE.start(), *Self::TEMPERATURE.end())
        } else {
            Self::default().temperature
        };
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            load_models_at_start: true,
            max_answer_tokens: 256,
            temperature: 0.0,
            show_trace: true,
            keep_originals: true,
            generator: None,
            processor: Processor::Automatic,
            privacy: PrivacySettings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_brought_inside_their_bounds() {
        let wild = Settings { max_answer_tokens: 0, temperature: f32::NAN, ..Settings::default() };
        let tame = wild.clamped();
        assert_eq!(tame.max_answer_tokens, 32);
        assert_eq!(tame.temperature, 0.0);
    }

    #[test]
    fn missing_fields_take_their_default() {
        let read: Settings = serde_json::from_str(r#"{"theme":"Dark","unknown":1}"#).unwrap();
        assert_eq!(read, Settings { theme: Theme::Dark, ..Settings::default() });
    }
}
