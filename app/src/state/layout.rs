//! Panels, tabs and dialogs.

use conclave_protocol::{DocumentId, FolderId, ModelId, ThreadId, TurnId};

/// A tab of the right panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PanelTab {
    /// Documents and search.
    #[default]
    Sources,
    /// The council's work.
    Trace,
}

/// A panel that lies over a narrow page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// The thread list.
    Threads,
    /// The right panel.
    Panel,
}

/// What a person must confirm, because it cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirm {
    /// Delete a thread.
    DeleteThread {
        /// Which.
        thread: ThreadId,
        /// Its title.
        title: String,
        /// Number of its questions.
        turns: u32,
    },
    /// Remove documents.
    RemoveDocuments {
        /// Which.
        documents: Vec<DocumentId>,
        /// The name of the first.
        name: String,
    },
    /// Remove an added model.
    RemoveModel {
        /// Which.
        model: ModelId,
        /// Its name.
        name: String,
    },
}

/// A modal dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// The command palette.
    Palette,
    /// The settings.
    Settings,
    /// What is hidden from others, and what is not.
    Privacy,
    /// A text on its way to another AI.
    PrivateCopy,
    /// What the device offers.
    Device,
    /// What is stored, and backups of it.
    Vault,
    /// Models that can be had.
    Models,
    /// Keys and words.
    Help,
    /// A new name for a thread.
    Rename {
        /// Which.
        thread: ThreadId,
        /// Its title now.
        title: String,
    },
    /// Whether the documents of a folder stay that is not to be watched any more.
    ForgetFolder {
        /// Which.
        folder: FolderId,
        /// Its name.
        name: String,
        /// How many files it has.
        files: u64,
    },
    /// Something that cannot be undone.
    Confirm(Confirm),
}

/// Panels and dialogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Whether panels lie over the page instead of beside the reading column.
    pub narrow: bool,
    /// Whether the thread list shows.
    pub threads_open: bool,
    /// Whether the library shows in place of the conversation.
    pub library: bool,
    /// Whether the right panel shows.
    pub panel_open: bool,
    /// The right panel's tab.
    pub tab: PanelTab,
    /// The turn whose trace was asked for.
    pub traced: Option<TurnId>,
    /// The open dialog.
    pub dialog: Option<Dialog>,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            narrow: false,
            threads_open: true,
            library: false,
            panel_open: true,
            tab: PanelTab::default(),
            traced: None,
            dialog: None,
        }
    }
}

impl Layout {
    /// Shows a tab of the panel; on a narrow page it takes the thread list's place.
    pub fn show_tab(&mut self, tab: PanelTab) {
        self.tab = tab;
        self.panel_open = true;
        if self.narrow {
            self.threads_open = false;
        }
    }

    /// Shows or hides the thread list; on a narrow page it takes the panel's place.
    pub fn toggle_threads(&mut self) {
        self.threads_open = !self.threads_open;
        if self.narrow && self.threads_open {
            self.panel_open = false;
        }
    }

    /// The page became narrow or wide. Sheets would cover the page, so they close; beside the column they open.
    pub fn set_narrow(&mut self, narrow: bool, panel_wanted: bool) {
        if narrow == self.narrow {
            return;
        }
        self.narrow = narrow;
        self.threads_open = !narrow;
        self.panel_open = !narrow && panel_wanted;
    }

    /// What lies over the page.
    #[must_use]
    pub const fn sheet(&self) -> Option<Sheet> {
        match (self.narrow, self.threads_open, self.panel_open) {
            (true, true, _) => Some(Sheet::Threads),
            (true, false, true) => Some(Sheet::Panel),
            (true, false, false) | (false, _, _) => None,
        }
    }

    /// Closes what lies over a narrow page; `false` where nothing did.
    pub fn close_sheets(&mut self) -> bool {
        let open = self.sheet().is_some();
        if open {
            self.threads_open = false;
            self.panel_open = false;
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_narrow_page_one_sheet_shows_at_a_time() {
        let mut layout = Layout::default();
        layout.set_narrow(true, true);
        assert!(!layout.threads_open && !layout.panel_open);
        assert_eq!(layout.sheet(), None);
        layout.toggle_threads();
        assert_eq!(layout.sheet(), Some(Sheet::Threads));
        layout.show_tab(PanelTab::Trace);
        assert_eq!(layout.sheet(), Some(Sheet::Panel));
        assert!(layout.panel_open && !layout.threads_open);
        layout.toggle_threads();
        assert_eq!(layout.sheet(), Some(Sheet::Threads));
        assert!(!layout.panel_open && layout.threads_open);
        assert!(layout.close_sheets());
        assert!(!layout.close_sheets());
    }

    #[test]
    fn a_wide_page_gets_its_panels_back_as_the_settings_say() {
        let mut layout = Layout::default();
        layout.set_narrow(true, false);
        layout.set_narrow(false, false);
        assert!(layout.threads_open && !layout.panel_open);
        assert_eq!(layout.sheet(), None);
        assert!(!layout.close_sheets(), "beside the column, panels are not sheets");
    }
}
