//! The browser's side of the state: workers, files, the page's address, colours, keys.

mod backup;
mod claim;
mod clipboard;
mod dates;
mod early;
mod engine;
mod files;
mod folders;
mod listener;
mod page;
mod picture;
mod redact;
mod selection;
mod worker;

pub use backup::save_backup;
pub use clipboard::copy;
pub use dates::day;
pub use engine::{EngineLink, EngineSays};
pub use files::{Dropped, Files, PickedFile, listed, listed_in_folder};
pub use folders::{FolderHandle, allow_folder, ask_for_folder, gives_folders, keep_folder};
pub use listener::Listener;
pub use page::{
    announce_panic, apply_theme, ask_to_keep_storage, env, focus, focused, is_mac, is_offline, key_press, narrow_query,
    press, reload, remember_thread, remembered_thread, started,
};
pub use picture::{density, paint};
pub use redact::{RedactLink, RedactSays};
pub use selection::{caret, selected, under_pointer};
