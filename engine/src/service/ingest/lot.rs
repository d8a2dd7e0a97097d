//! Files that were given together, as they are stored.
//!
//! | key in [`conclave_ports::Table::Queue`] | record |
//! |---|---|
//! | `lot/<number>` | a [`Lot`] (JSON) |
//! | `bytes/<number>/<piece>` | the bytes of its files, one after the other, in pieces |
//! | `settings` | [`Settings`] (JSON) |
//! | `at` | the files that are being read ([`Marker`], JSON) |
//!
//! The pieces are stored before their lot, so a lot that is there is whole; pieces without a lot are taken away at the start.

use conclave_protocol::{FileId, FileState, FolderId, QueuedFile};
use serde::{Deserialize, Serialize};

/// Bytes of one piece: what one transaction writes in a moment, and what is in memory of a large file at once.
pub(super) const PIECE_BYTES: u64 = 4 << 20;

/// Most files of a lot: its record is written again with every batch, and has 30 KB then.
pub(super) const LOT_FILES: usize = 200;

/// Bits of a [`FileId`] that number the files of a lot.
const FILE_BITS: u32 = 16;

/// Files that were given together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Lot {
    /// The files; an entry keeps its place.
    pub files: Vec<Entry>,
    /// How many bytes were stored of them.
    pub bytes: u64,
    /// Whether these still are.
    pub is_kept: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its name, behind the folders that it was given with.
    pub path: String,
    /// Its size.
    pub size_bytes: u64,
    /// Where its bytes begin among those of the lot.
    pub start: u64,
    /// SHA-256 of its bytes, hexadecimal; empty for one that was refused unread.
    pub sha256: String,
    /// Where it stands.
    pub state: EntryState,
    /// The folder that it was found in, where it belongs to one that is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderId>,
}

/// Where a file stands, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum EntryState {
    /// It waits, or was being read when the program ended.
    Waiting,
    /// It is of no more concern: its documents are in the library, or its trouble was dismissed.
    Over,
    /// It is listed with this until a person dismisses it.
    Trouble(FileState),
}

impl Entry {
    /// Whether its bytes were stored.
    pub fn has_bytes(&self) -> bool {
        !self.sha256.is_empty()
    }
}

impl Lot {
    /// Bytes that are stored.
    pub fn kept_bytes(&self) -> u64 {
        if self.is_kept { self.bytes } else { 0 }
    }

    /// Whether any file waits.
    pub fn waits(&self) -> bool {
        self.files.iter().any(|file| file.state == EntryState::Waiting)
    }

    /// Whether no file is of any concern.
    pub fn is_over(&self) -> bool {
        self.files.iter().all(|file| file.state == EntryState::Over)
    }

    /// How many pieces its bytes are in.
    pub fn pieces(&self) -> u32 {
        u32::try_from(self.kept_bytes().div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX)
    }
}

/// What outlives the program beside the files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Settings {
    /// Whether a person paused the queue.
    pub is_paused: bool,
    /// Files of the last drop that the page still has to hand over: those that are lost with it.
    pub promised: u64,
}

/// The files that are being read, with how often the program ended while each was.
pub(super) type Marker = Vec<(FileId, u32)>;

/// The number of a file in a lot.
pub(super) fn file_id(lot: u32, at: usize) -> FileId {
    FileId(u64::from(lot) << FILE_BITS | at as u64)
}

/// Lot and place of a file.
pub(super) fn place_of(id: FileId) -> (u32, usize) {
    let lot = u32::try_from(id.0 >> FILE_BITS).unwrap_or(u32::MAX);
    (lot, (id.0 & ((1 << FILE_BITS) - 1)) as usize)
}

/// The key of a lot. Numbers are padded, so that keys are ordered as numbers are.
pub(super) fn lot_key(lot: u32) -> String {
    format!("lot/{lot:010}")
}

/// The number in the key of a lot.
pub(super) fn lot_of_key(key: &str) -> Option<u32> {
    key.strip_prefix("lot/")?.parse().ok()
}

/// The key of a piece of a lot's bytes.
pub(super) fn piece_key(lot: u32, piece: u32) -> String {
    format!("bytes/{lot:010}/{piece:06}")
}

/// The number of the lot in the key of a piece.
pub(super) fn lot_of_piece(key: &str) -> Option<u32> {
    key.strip_prefix("bytes/")?.split('/').next()?.parse().ok()
}

/// A file as it is listed.
pub(super) fn listed(id: FileId, entry: &Entry, is_kept: bool, reading: bool) -> QueuedFile {
    let state = match &entry.state {
        EntryState::Trouble(state) => state.clone(),
        EntryState::Over => FileState::Done,
        EntryState::Waiting if reading => FileState::Reading,
        EntryState::Waiting => FileState::Waiting,
    };
    let is_kept = is_kept && entry.has_bytes();
    QueuedFile { id, path: entry.path.clone(), size_bytes: entry.size_bytes, state, is_kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_numbers_lead_back_and_are_ordered() {
        for (lot, at) in [(0, 0), (1, LOT_FILES - 1), (u32::MAX, 7)] {
            assert_eq!(place_of(file_id(lot, at)), (lot, at));
            assert_eq!(lot_of_key(&lot_key(lot)), Some(lot));
            assert_eq!(lot_of_piece(&piece_key(lot, 3)), Some(lot));
        }
        assert!(lot_key(9) < lot_key(10) && piece_key(2, 9) < piece_key(2, 10));
        assert_eq!((lot_of_key("settings"), lot_of_piece("lot/0000000001")), (None, None));
    }
}
