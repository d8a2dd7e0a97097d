//! What waits, in which order, and what became of it. Plain state: it reads and writes nothing.
//!
//! Every change of a file marks its lot; [`Queue::take_changes`] gives the writes that bring storage up to date, in one
//! batch. A file leaves the queue when its documents are in the library; one that is in trouble stays listed.

use std::collections::{BTreeMap, BTreeSet};

use conclave_protocol::{FileId, FileState, FolderId, Problem, QueueStatus, QueuedFile};

use super::lot::{self, Entry, EntryState, Lot, Marker, Settings, file_id, place_of};
use super::pace::Pace;

/// Most files of a batch, and most bytes: about half a second's work, which is done again where the program is killed.
const BATCH_FILES: usize = 64;
const BATCH_BYTES: u64 = 4 << 20;

/// How often the program may end while a file is being read before the file counts as the cause. One that is read alone
/// takes milliseconds, so that several such ends are no accident.
const ENDS_MAX: u32 = 4;

/// Most bytes kept of files that are read or in trouble, so that these can be read again.
const SPARE_BYTES_MAX: u64 = 64 << 20;

/// What storage has to be told.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    /// Lots with their new record, or without one any more.
    pub lots: Vec<(u32, Option<Lot>)>,
    /// Pieces of bytes that nobody needs: the lot, and how many.
    pub pieces: Vec<(u32, u32)>,
    /// The files that are read next.
    pub marker: Option<Marker>,
}

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Queue {
    lots: BTreeMap<u32, Lot>,
    next_lot: u32,
    waiting: BTreeSet<FileId>,
    waiting_bytes: u64,
    trouble: BTreeSet<FileId>,
    /// Files that a person wants first.
    wanted: Vec<FileId>,
    reading: Option<FileId>,
    /// How often the program ended while each of these was being read.
    suspects: BTreeMap<FileId, u32>,
    changed: BTreeSet<u32>,
    dropped: Vec<(u32, u32)>,
    marker: Option<Marker>,
    done: u64,
    /// How fast it goes.
    pub pace: Pace,
    /// What outlives the program beside the files.
    pub settings: Settings,
    /// Why it stands still though nobody paused it.
    pub stalled: Option<Problem>,
}

impl Queue {
    /// The queue as it was stored. Files of `marker` were being read when the program ended.
    pub fn restore(lots: BTreeMap<u32, Lot>, settings: Settings, marker: Marker) -> Self {
        let mut queue = Self { settings, ..Self::default() };
        queue.next_lot = lots.last_key_value().map_or(0, |(last, _)| last + 1);
        for (number, lot) in lots {
            queue.insert(number, lot);
        }
        queue.suspects = marker.into_iter().filter(|(id, _)| queue.waiting.contains(id)).collect();
        let blamed: Vec<FileId> =
            queue.suspects.iter().filter(|(_, ends)| **ends >= ENDS_MAX).map(|(id, _)| *id).collect();
        for id in blamed {
            queue.settle(id, FileState::Refused(super::refusal::ended_while_reading()));
        }
        queue
    }

    /// The number that the next lot gets.
    pub fn next_lot(&self) -> u32 {
        self.next_lot
    }

    /// Takes in a lot whose bytes and record are stored. Without anything that waited before, a new count begins.
    pub fn add(&mut self, number: u32, lot: Lot) {
        if self.waiting.is_empty() && self.reading.is_none() {
            self.done = 0;
        }
        self.next_lot = self.next_lot.max(number + 1);
        self.insert(number, lot);
    }

    fn insert(&mut self, number: u32, lot: Lot) {
        for (at, entry) in lot.files.iter().enumerate() {
            match entry.state {
                EntryState::Waiting => {
                    self.waiting.insert(file_id(number, at));
                    self.waiting_bytes += entry.size_bytes;
                }
                EntryState::Trouble(_) => drop(self.trouble.insert(file_id(number, at))),
                EntryState::Over => {}
            }
        }
        self.lots.insert(number, lot);
    }

    /// Bytes that are stored for files of the queue.
    pub fn kept_bytes(&self) -> u64 {
        self.lots.values().map(Lot::kept_bytes).sum()
    }

    /// Whether there is something to read, and nothing against it.
    pub fn is_ready(&self) -> bool {
        !self.settings.is_paused && self.stalled.is_none() && !self.waiting.is_empty()
    }

    /// Whether anything waits.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// A file.
    pub fn entry(&self, id: FileId) -> Option<&Entry> {
        let (lot, at) = place_of(id);
        self.lots.get(&lot)?.files.get(at)
    }

    /// The files that are read next and stored together. One that was being read when the program ended is read alone.
    /// They wait until [`Queue::settle`]; storage is told of them with the next changes.
    pub fn next_batch(&mut self) -> Vec<FileId> {
        self.wanted.retain(|id| self.waiting.contains(id));
        let in_order = self.wanted.iter().chain(self.waiting.iter().filter(|id| !self.wanted.contains(id)));
        let mut batch = Vec::new();
        let mut bytes = 0;
        for id in in_order {
            let size = self.entry(*id).map_or(0, |entry| entry.size_bytes);
            let alone = self.suspects.contains_key(id);
            let is_full = batch.len() == BATCH_FILES || bytes + size > BATCH_BYTES || alone;
            if is_full && !batch.is_empty() {
                break;
            }
            batch.push(*id);
            bytes += size;
            if alone {
                break;
            }
        }
        let mut marker: BTreeMap<FileId, u32> = self.suspects.clone();
        for id in &batch {
            *marker.entry(*id).or_default() += 1;
        }
        self.marker = Some(marker.into_iter().collect());
        batch
    }

    /// A file is being read now, or none.
    pub fn set_reading(&mut self, id: Option<FileId>) {
        self.reading = id;
    }

    /// Whether this file still waits: a person may have stopped it while it was read.
    pub fn is_waiting(&self, id: FileId) -> bool {
        self.waiting.contains(&id)
    }

    /// A file that waited is where it stays: read, refused or stopped.
    pub fn settle(&mut self, id: FileId, state: FileState) {
        if !self.waiting.remove(&id) {
            return;
        }
        if matches!(state, FileState::Done | FileState::Partial(_)) {
            self.done += 1;
        }
        let (number, at) = place_of(id);
        self.suspects.remove(&id);
        let Some(entry) = self.lots.get_mut(&number).and_then(|lot| lot.files.get_mut(at)) else { return };
        self.waiting_bytes = self.waiting_bytes.saturating_sub(entry.size_bytes);
        entry.state = match state {
            FileState::Done => EntryState::Over,
            FileState::Waiting | FileState::Reading => EntryState::Waiting,
            state => EntryState::Trouble(state),
        };
        if matches!(entry.state, EntryState::Trouble(_)) {
            self.trouble.insert(id);
        }
        self.changed.insert(number);
    }

    /// Stops a file that waits, or all of them.
    pub fn stop(&mut self, id: Option<FileId>) {
        let stopped: Vec<FileId> = id.map_or_else(|| self.waiting.iter().copied().collect(), |id| vec![id]);
        for id in stopped {
            self.settle(id, FileState::Stopped);
        }
    }

    /// Reads a file in trouble again; `false` where its bytes are gone.
    pub fn retry(&mut self, id: FileId) -> bool {
        let (number, at) = place_of(id);
        let Some(lot) = self.lots.get_mut(&number).filter(|lot| lot.is_kept) else { return false };
        let Some(entry) = lot.files.get_mut(at).filter(|entry| entry.has_bytes()) else { return false };
        if self.trouble.remove(&id) {
            entry.state = EntryState::Waiting;
            self.waiting_bytes += entry.size_bytes;
            self.waiting.insert(id);
            self.changed.insert(number);
        }
        true
    }

    /// Takes a file in trouble off the list, or all of them.
    pub fn dismiss(&mut self, id: Option<FileId>) {
        let dismissed: Vec<FileId> = id.map_or_else(|| self.trouble.iter().copied().collect(), |id| vec![id]);
        for id in dismissed {
            if !self.trouble.remove(&id) {
                continue;
            }
            let (number, at) = place_of(id);
            if let Some(entry) = self.lots.get_mut(&number).and_then(|lot| lot.files.get_mut(at)) {
                entry.state = EntryState::Over;
                self.changed.insert(number);
            }
        }
    }

    /// A file is of no more concern, read or not.
    pub fn withdraw(&mut self, id: FileId) {
        self.settle(id, FileState::Stopped);
        self.dismiss(Some(id));
    }

    /// The folder that is watched is not any more: its files that wait are like any others, or are withdrawn.
    pub fn release(&mut self, folder: &FolderId, keep: bool) {
        let mut released = Vec::new();
        for (number, lot) in &mut self.lots {
            for (at, entry) in lot.files.iter_mut().enumerate().filter(|(_, e)| e.folder.as_ref() == Some(folder)) {
                if keep {
                    entry.folder = None;
                    self.changed.insert(*number);
                } else {
                    released.push(file_id(*number, at));
                }
            }
        }
        released.into_iter().for_each(|id| self.withdraw(id));
    }

    /// Reads a file before all others.
    pub fn want(&mut self, id: FileId) {
        self.wanted.retain(|other| *other != id);
        self.wanted.insert(0, id);
    }

    /// What storage has to be told since the last time. Lots that are over go, and bytes that nobody needs.
    pub fn take_changes(&mut self) -> Changes {
        self.drop_spare();
        let changed = std::mem::take(&mut self.changed);
        let mut changes =
            Changes { marker: self.marker.take(), pieces: std::mem::take(&mut self.dropped), ..Changes::default() };
        for number in changed {
            let Some(lot) = self.lots.get(&number) else { continue };
            if lot.is_over() {
                changes.pieces.push((number, lot.pieces()));
                changes.lots.push((number, None));
                self.lots.remove(&number);
            } else {
                changes.lots.push((number, Some(lot.clone())));
            }
        }
        changes
    }

    /// Lets go of bytes that only files in trouble have, the oldest first, where there are too many of them.
    fn drop_spare(&mut self) {
        // Only a change of a lot makes its bytes spare.
        if self.changed.is_empty() {
            return;
        }
        let spare: Vec<(u32, u64)> = self
            .lots
            .iter()
            .filter(|(_, lot)| lot.is_kept && !lot.waits() && !lot.is_over())
            .map(|(number, lot)| (*number, lot.kept_bytes()))
            .collect();
        let mut bytes: u64 = spare.iter().map(|(_, bytes)| bytes).sum();
        for (number, kept) in spare {
            if bytes <= SPARE_BYTES_MAX {
                break;
            }
            bytes -= kept;
            if let Some(lot) = self.lots.get_mut(&number) {
                self.dropped.push((number, lot.pieces()));
                lot.is_kept = false;
                self.changed.insert(number);
            }
        }
    }

    /// How it stands, with the first files of the list.
    pub fn status(&self) -> QueueStatus {
        let speed = self.pace.speed().filter(|_| self.is_ready());
        QueueStatus {
            waiting: self.waiting.len() as u64 - u64::from(self.reading.is_some_and(|id| self.waiting.contains(&id))),
            waiting_bytes: self.waiting_bytes,
            reading: self.reading.and_then(|id| self.file(id)),
            done: self.done,
            trouble: self.trouble.len() as u64,
            is_paused: self.settings.is_paused,
            stalled: self.stalled.clone(),
            files_per_second: speed.map(|(files, _)| files),
            seconds_left: self
                .pace
                .seconds_for(self.waiting.len() as u64, self.waiting_bytes)
                .filter(|_| self.is_ready()),
            embedding: None,
            files: self.list(0, QueueStatus::LISTED),
        }
    }

    /// Files of the list from the place `from` on: the one that is read, those in trouble, those that wait.
    pub fn list(&self, from: u64, count: u32) -> Vec<QueuedFile> {
        let reading = self.reading.filter(|id| self.waiting.contains(id));
        let all = reading
            .into_iter()
            .chain(self.trouble.iter().copied())
            .chain(self.waiting.iter().copied().filter(|id| Some(*id) != reading));
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        all.skip(from).take(count as usize).filter_map(|id| self.file(id)).collect()
    }

    fn file(&self, id: FileId) -> Option<QueuedFile> {
        let (number, at) = place_of(id);
        let lot = self.lots.get(&number)?;
        Some(lot::listed(id, lot.files.get(at)?, lot.is_kept, self.reading == Some(id)))
    }

    /// The lot of a file, and where its bytes are among those of the lot; none where they are gone.
    pub fn kept_range(&self, id: FileId) -> Option<(u32, std::ops::Range<u64>)> {
        let (number, at) = place_of(id);
        let lot = self.lots.get(&number).filter(|lot| lot.is_kept)?;
        let entry = lot.files.get(at).filter(|entry| entry.has_bytes())?;
        Some((number, entry.start..entry.start + entry.size_bytes))
    }
}

#[cfg(test)]
mod tests;
