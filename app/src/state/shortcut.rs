//! Keys with modifiers, as the browser reports them and as a person reads them.

/// A key with its modifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Ctrl, or Cmd on a Mac, with this character.
    Primary(char),
    /// Alt with this letter.
    Alt(char),
    /// Escape alone.
    Escape,
}

impl Shortcut {
    /// The keys as a person reads them.
    #[must_use]
    pub fn words(self, mac: bool) -> String {
        match (self, mac) {
            (Self::Primary(key), false) => format!("Ctrl+{}", key.to_ascii_uppercase()),
            (Self::Primary(key), true) => format!("⌘{}", key.to_ascii_uppercase()),
            (Self::Alt(key), false) => format!("Alt+{}", key.to_ascii_uppercase()),
            (Self::Alt(key), true) => format!("⌥{}", key.to_ascii_uppercase()),
            (Self::Escape, _) => "Esc".into(),
        }
    }
}

/// A key press as the browser reports it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPress {
    /// `KeyboardEvent.key`: what the key types.
    pub key: String,
    /// `KeyboardEvent.code`: where the key is.
    pub code: String,
    /// Ctrl, or Cmd on a Mac.
    pub primary: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

impl KeyPress {
    pub(super) fn is(&self, shortcut: Shortcut) -> bool {
        if self.shift {
            return false;
        }
        match shortcut {
            Shortcut::Escape => self.key == "Escape" && !self.primary && !self.alt,
            Shortcut::Primary(wanted) => self.primary && !self.alt && self.types(wanted),
            // With Alt a Mac types another character, so the key's place counts there.
            Shortcut::Alt(wanted) => {
                let place = self.code.strip_prefix("Key").and_then(|rest| rest.chars().next());
                let at_place = place.is_some_and(|key| key.eq_ignore_ascii_case(&wanted));
                let types_letter = self.key.len() == 1 && self.key.is_ascii();
                self.alt && !self.primary && if types_letter { self.types(wanted) } else { at_place }
            }
        }
    }

    fn types(&self, wanted: char) -> bool {
        let mut chars = self.key.chars();
        chars.next().is_some_and(|key| key.eq_ignore_ascii_case(&wanted)) && chars.next().is_none()
    }
}
