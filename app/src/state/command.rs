//! Every action of the page, once: menu, keys and palette are made from this list.
//!
//! No command is bound to a single printable key (WCAG 2.1.4): each needs Ctrl, Cmd or Alt, except Escape.

use conclave_protocol::Theme;

use super::AppState;
use super::live::Live;
use super::shortcut::{KeyPress, Shortcut};

/// One action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Open the command palette.
    Palette,
    /// Begin a new thread.
    NewThread,
    /// Open the next thread of the list.
    NextThread,
    /// Open the previous thread of the list.
    PreviousThread,
    /// Rename the open thread.
    RenameThread,
    /// Delete the open thread.
    DeleteThread,
    /// Move to the composer.
    FocusComposer,
    /// Stop the live question.
    Stop,
    /// Look at what is private in a text, and copy it without.
    PrivateCopy,
    /// Put the values back into another AI's answer.
    RestoreAnswer,
    /// Pick documents.
    AddDocuments,
    /// Pick a folder.
    AddFolder,
    /// Search the documents.
    SearchDocuments,
    /// Show the library.
    ShowLibrary,
    /// Show the sources.
    ShowSources,
    /// Show the trace.
    ShowTrace,
    /// Show or hide the thread list.
    ToggleThreads,
    /// Show or hide the right panel.
    TogglePanel,
    /// Load the models.
    LoadModels,
    /// Stop loading the models.
    CancelModels,
    /// Open the settings.
    OpenSettings,
    /// Open the settings of what is hidden.
    PrivacySettings,
    /// Colours as the system says.
    ThemeSystem,
    /// Light colours.
    ThemeLight,
    /// Dark colours.
    ThemeDark,
    /// What the device offers, and how fast it is.
    ShowDevice,
    /// What is stored, and backups of it.
    ShowVault,
    /// Models that can be had.
    ShowModels,
    /// Keys and words.
    Help,
    /// Start the engine worker again.
    RestartEngine,
    /// Load the page again.
    Reload,
}

/// Heading under which the palette and the help list a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Threads and questions.
    Conversation,
    /// Documents and search.
    Documents,
    /// What is shown.
    View,
    /// Models, settings and help.
    App,
}

impl Group {
    /// All groups, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Conversation, Self::Documents, Self::View, Self::App];

    /// The heading.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Conversation => "Conversation",
            Self::Documents => "Documents",
            Self::View => "View",
            Self::App => "App",
        }
    }
}

impl Command {
    /// All commands, in the order in which they are listed.
    pub const ALL: [Self; 31] = [
        Self::NewThread,
        Self::FocusComposer,
        Self::Stop,
        Self::NextThread,
        Self::PreviousThread,
        Self::RenameThread,
        Self::DeleteThread,
        Self::PrivateCopy,
        Self::RestoreAnswer,
        Self::AddDocuments,
        Self::AddFolder,
        Self::SearchDocuments,
        Self::ShowLibrary,
        Self::ShowSources,
        Self::ShowTrace,
        Self::ToggleThreads,
        Self::TogglePanel,
        Self::ThemeSystem,
        Self::ThemeLight,
        Self::ThemeDark,
        Self::LoadModels,
        Self::CancelModels,
        Self::OpenSettings,
        Self::PrivacySettings,
        Self::ShowVault,
        Self::ShowModels,
        Self::ShowDevice,
        Self::Palette,
        Self::Help,
        Self::RestartEngine,
        Self::Reload,
    ];

    /// The label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Palette => "Find a command",
            Self::NewThread => "New thread",
            Self::NextThread => "Next thread",
            Self::PreviousThread => "Previous thread",
            Self::RenameThread => "Rename this thread",
            Self::DeleteThread => "Delete this thread",
            Self::FocusComposer => "Write a question",
            Self::Stop => "Stop the question",
            Self::PrivateCopy => "Private copy for another AI",
            Self::RestoreAnswer => "Bring another AI's answer back",
            Self::AddDocuments => "Add documents",
            Self::AddFolder => "Add a folder",
            Self::SearchDocuments => "Search the documents",
            Self::ShowLibrary => "Show the library",
            Self::ShowSources => "Show sources",
            Self::ShowTrace => "Show the council's trace",
            Self::ToggleThreads => "Show or hide the threads",
            Self::TogglePanel => "Show or hide the panel",
            Self::LoadModels => "Load the models",
            Self::CancelModels => "Stop loading the models",
            Self::OpenSettings => "Settings",
            Self::PrivacySettings => "Privacy: what is hidden",
            Self::ThemeSystem => "Colours as the system says",
            Self::ThemeLight => "Light colours",
            Self::ThemeDark => "Dark colours",
            Self::ShowDevice => "What this device can do",
            Self::ShowVault => "Storage and backups",
            Self::ShowModels => "Models: choose or download",
            Self::Help => "Keys and help",
            Self::RestartEngine => "Start the engine again",
            Self::Reload => "Load the page again",
        }
    }

    /// The heading it stands under.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::NewThread
            | Self::NextThread
            | Self::PreviousThread
            | Self::RenameThread
            | Self::DeleteThread
            | Self::FocusComposer
            | Self::PrivateCopy
            | Self::RestoreAnswer
            | Self::Stop => Group::Conversation,
            Self::AddDocuments | Self::AddFolder | Self::SearchDocuments | Self::ShowLibrary => Group::Documents,
            Self::ShowSources
            | Self::ShowTrace
            | Self::ToggleThreads
            | Self::TogglePanel
            | Self::ThemeSystem
            | Self::ThemeLight
            | Self::ThemeDark => Group::View,
            Self::Palette
            | Self::LoadModels
            | Self::CancelModels
            | Self::OpenSettings
            | Self::PrivacySettings
            | Self::ShowDevice
            | Self::ShowVault
            | Self::ShowModels
            | Self::Help
            | Self::RestartEngine
            | Self::Reload => Group::App,
        }
    }

    /// Its key, where it has one of its own; every command can be reached through the palette.
    #[must_use]
    pub const fn shortcut(self) -> Option<Shortcut> {
        match self {
            Self::Palette => Some(Shortcut::Primary('k')),
            Self::OpenSettings => Some(Shortcut::Primary(',')),
            Self::Help => Some(Shortcut::Primary('/')),
            Self::NewThread => Some(Shortcut::Alt('n')),
            Self::NextThread => Some(Shortcut::Alt('j')),
            Self::PreviousThread => Some(Shortcut::Alt('k')),
            Self::FocusComposer => Some(Shortcut::Alt('c')),
            Self::Stop => Some(Shortcut::Escape),
            Self::PrivateCopy => Some(Shortcut::Alt('h')),
            Self::AddDocuments => Some(Shortcut::Alt('o')),
            Self::SearchDocuments => Some(Shortcut::Alt('s')),
            Self::ShowLibrary => Some(Shortcut::Alt('b')),
            Self::ShowSources => Some(Shortcut::Alt('i')),
            Self::ShowTrace => Some(Shortcut::Alt('t')),
            Self::ToggleThreads => Some(Shortcut::Alt('l')),
            Self::TogglePanel => Some(Shortcut::Alt('p')),
            Self::RenameThread => Some(Shortcut::Alt('r')),
            Self::DeleteThread
            | Self::AddFolder
            | Self::RestoreAnswer
            | Self::PrivacySettings
            | Self::LoadModels
            | Self::CancelModels
            | Self::ThemeSystem
            | Self::ThemeLight
            | Self::ThemeDark
            | Self::ShowDevice
            | Self::ShowVault
            | Self::ShowModels
            | Self::RestartEngine
            | Self::Reload => None,
        }
    }

    /// The command of a key press.
    #[must_use]
    pub fn of_key(press: &KeyPress) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.shortcut().is_some_and(|shortcut| press.is(shortcut)))
    }

    /// Whether it does something now; the palette leaves the others out.
    #[must_use]
    pub fn is_available(self, state: &AppState) -> bool {
        match self {
            Self::Stop => state.live.is_some(),
            Self::NextThread | Self::PreviousThread => state.threads.iter().any(|thread| thread.id != state.current),
            Self::RenameThread => state.current_thread().is_some(),
            Self::DeleteThread => {
                state.current_thread().is_some() && state.live.as_ref().map(Live::thread) != Some(&state.current)
            }
            Self::SearchDocuments => !state.documents.is_empty(),
            Self::LoadModels => {
                state.connection.is_ready()
                    && state.loading_models().is_none()
                    && state.models.as_ref().is_some_and(|models| !models.are_ready())
            }
            Self::CancelModels => state.loading_models().is_some(),
            Self::ThemeSystem => state.settings.theme != Theme::System,
            Self::ThemeLight => state.settings.theme != Theme::Light,
            Self::ThemeDark => state.settings.theme != Theme::Dark,
            Self::ShowDevice | Self::ShowVault => state.connection.is_ready(),
            Self::RestartEngine => state.connection.problem().is_some(),
            Self::Palette
            | Self::NewThread
            | Self::FocusComposer
            | Self::PrivateCopy
            | Self::RestoreAnswer
            | Self::PrivacySettings
            | Self::AddDocuments
            | Self::AddFolder
            | Self::ShowLibrary
            | Self::ShowSources
            | Self::ShowTrace
            | Self::ToggleThreads
            | Self::TogglePanel
            | Self::OpenSettings
            | Self::ShowModels
            | Self::Help
            | Self::Reload => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, code: &str, primary: bool, alt: bool) -> KeyPress {
        KeyPress { key: key.into(), code: code.into(), primary, alt, shift: false }
    }

    #[test]
    fn the_list_names_every_command_once_and_no_key_twice() {
        for (index, command) in Command::ALL.iter().enumerate() {
            assert!(!Command::ALL[..index].contains(command), "{command:?} stands twice");
            for other in &Command::ALL[..index] {
                assert_ne!(command.label(), other.label());
                if command.shortcut().is_some() {
                    assert_ne!(command.shortcut(), other.shortcut(), "{command:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn keys_find_their_command_on_every_keyboard() {
        let cases = [
            (press("k", "KeyK", true, false), Some(Command::Palette)),
            (press("K", "KeyK", true, false), Some(Command::Palette)),
            // Dvorak: the key that types k lies elsewhere.
            (press("k", "KeyV", true, false), Some(Command::Palette)),
            (press("n", "KeyN", false, true), Some(Command::NewThread)),
            // A Mac types a dead key with Alt+N.
            (press("Dead", "KeyN", false, true), Some(Command::NewThread)),
            (press("†", "KeyT", false, true), Some(Command::ShowTrace)),
            (press("Escape", "Escape", false, false), Some(Command::Stop)),
            (press("k", "KeyK", false, false), None),
            (press("n", "KeyN", true, true), None),
            (press("Enter", "Enter", true, false), None),
        ];
        for (press, wanted) in cases {
            assert_eq!(Command::of_key(&press), wanted, "{press:?}");
        }
    }

    #[test]
    fn shift_makes_it_another_key() {
        let mut shifted = press("K", "KeyK", true, false);
        shifted.shift = true;
        assert_eq!(Command::of_key(&shifted), None);
    }

    #[test]
    fn keys_are_named_as_the_system_does() {
        assert_eq!(Shortcut::Primary('k').words(false), "Ctrl+K");
        assert_eq!(Shortcut::Primary('k').words(true), "⌘K");
        assert_eq!(Shortcut::Escape.words(true), "Esc");
    }
}
