//! What each command does, and what lies over the page.

use conclave_protocol::{Settings, Theme};

use super::AppState;
use super::command::Command;
use super::effect::{Effect, Env};
use super::folders::FolderIntent;
use super::layout::{Confirm, Dialog, PanelTab};
use super::private_copy::CopyStep;
use super::section::Section;

impl AppState {
    pub(super) fn run(&mut self, command: Command, env: &Env) {
        // Every command closes the palette that it was chosen in.
        self.close_dialog();
        if !command.is_available(self) {
            return;
        }
        match command {
            Command::Palette => self.open(Dialog::Palette),
            Command::NewThread => {
                self.begin_thread(env);
                self.effect(Effect::FocusComposer);
            }
            Command::NextThread => self.step_thread(1),
            Command::PreviousThread => self.step_thread(-1),
            Command::RenameThread => {
                if let Some(thread) = self.current_thread() {
                    let dialog = Dialog::Rename { thread: thread.id.clone(), title: thread.title.clone() };
                    self.open(dialog);
                }
            }
            Command::DeleteThread => {
                if let Some(info) = self.current_thread() {
                    let confirm =
                        Confirm::DeleteThread { thread: info.id.clone(), title: info.title.clone(), turns: info.turns };
                    self.open(Dialog::Confirm(confirm));
                }
            }
            Command::FocusComposer => {
                self.layout.close_sheets();
                self.leave_library();
                self.touch(Section::Layout);
                self.effect(Effect::FocusComposer);
            }
            Command::Stop => self.stop_asking(env),
            Command::AddDocuments => self.effect(Effect::PickFiles),
            Command::AddFolder => self.in_folders(FolderIntent::Pick),
            Command::SearchDocuments => {
                self.show_tab(PanelTab::Sources);
                self.effect(Effect::FocusSearch);
            }
            Command::ShowLibrary => self.open_library(),
            Command::ShowSources => self.show_tab(PanelTab::Sources),
            Command::ShowTrace => self.show_tab(PanelTab::Trace),
            Command::ToggleThreads => {
                self.layout.toggle_threads();
                self.touch(Section::Layout);
            }
            Command::TogglePanel => {
                if self.layout.panel_open {
                    self.layout.panel_open = false;
                } else {
                    let tab = self.layout.tab;
                    self.layout.show_tab(tab);
                }
                self.touch(Section::Layout);
            }
            Command::LoadModels => self.load_models(),
            Command::CancelModels => {
                self.want_models = false;
                if let Some(request) = self.loading_models() {
                    self.cancel(request);
                }
            }
            Command::PrivateCopy => self.open_private_copy(CopyStep::Hide),
            Command::RestoreAnswer => self.open_private_copy(CopyStep::Restore),
            Command::PrivacySettings => self.open(Dialog::Privacy),
            Command::OpenSettings => self.open(Dialog::Settings),
            Command::ThemeSystem => self.save(Settings { theme: Theme::System, ..self.settings.clone() }),
            Command::ThemeLight => self.save(Settings { theme: Theme::Light, ..self.settings.clone() }),
            Command::ThemeDark => self.save(Settings { theme: Theme::Dark, ..self.settings.clone() }),
            Command::ShowDevice => self.show_device(),
            Command::ShowVault => self.show_vault(),
            Command::ShowModels => self.show_models(),
            Command::Help => self.open(Dialog::Help),
            Command::RestartEngine => {
                self.connection.forgive();
                self.start_engine();
            }
            Command::Reload => self.effect(Effect::Reload),
        }
    }

    pub(super) fn open(&mut self, dialog: Dialog) {
        self.layout.dialog = Some(dialog);
        self.touch(Section::Layout);
    }

    pub(super) fn close_dialog(&mut self) {
        if self.layout.dialog.take().is_some() {
            self.touch(Section::Layout);
        }
    }

    pub(super) fn escape(&mut self, env: &Env) {
        if self.layout.dialog.is_some() {
            self.close_dialog();
        } else if self.layout.close_sheets() {
            self.touch(Section::Layout);
            self.close_reader();
        } else if self.live.is_some() {
            self.stop_asking(env);
        } else if self.reader.is_some() {
            self.close_reader();
        } else if self.layout.library && self.shelf.details.take().is_some() {
            self.touch(Section::Shelf);
        }
    }

    pub(super) fn show_tab(&mut self, tab: PanelTab) {
        self.layout.show_tab(tab);
        self.drop_reader();
        self.touch(Section::Layout);
    }
}
