//! What is stored on this device, and the whole of it as one file.

use conclave_protocol::{
    Backup, BackupProgress, BroughtBack, PASSPHRASE_MIN_CHARS, Passphrase, Problem, RequestId, StorageUse, ToWorker,
};

use super::AppState;
use super::effect::{Effect, Ticket};
use super::format::{bytes, count};
use super::layout::Dialog;
use super::section::Section;

/// What is known of the vault.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vault {
    /// What it holds; `None` until the engine has told it.
    pub storage: Option<StorageUse>,
    /// The backup that is made or brought back.
    pub backup: BackupStage,
}

/// How far a backup is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum BackupStage {
    /// Nobody asked for one.
    #[default]
    Idle,
    /// The engine works on it.
    Running {
        /// The request.
        request: RequestId,
        /// The file that is brought back; `None` where one is made.
        file: Option<Ticket>,
        /// How much of it is done, once that is told.
        progress: Option<BackupProgress>,
    },
    /// It can be saved.
    Ready(Backup),
    /// It was brought back.
    Back(BroughtBack),
    /// It failed.
    Failed(Problem),
}

/// What a person does with it.
#[derive(Debug, Clone, PartialEq)]
pub enum VaultIntent {
    /// Say (again) what is stored.
    Measure,
    /// Ask the browser to keep it when the device runs out of room.
    KeepStorage,
    /// Make a backup.
    BackUp(Passphrase),
    /// Save the one that was made.
    SaveFile,
    /// Bring back what is in this file.
    BringBack {
        /// The file.
        file: Ticket,
        /// The passphrase it was made with.
        passphrase: Passphrase,
    },
    /// Stop what runs.
    Stop,
    /// The file could not be saved.
    NotSaved,
}

impl AppState {
    /// Opens the page about storage and backups.
    pub(super) fn show_vault(&mut self) {
        self.open(Dialog::Vault);
        self.measure_storage();
    }

    pub(super) fn in_vault(&mut self, intent: VaultIntent) {
        match intent {
            VaultIntent::Measure => self.measure_storage(),
            VaultIntent::KeepStorage => self.effect(Effect::KeepStorage),
            VaultIntent::BackUp(passphrase) => {
                if !self.backup_runs() {
                    self.run_backup(ToWorker::BackUp { passphrase }, None);
                }
            }
            VaultIntent::BringBack { file, passphrase } => {
                if self.backup_runs() {
                    self.effect(Effect::ForgetFile(file));
                } else {
                    self.run_backup(ToWorker::BringBack { passphrase }, Some(file));
                }
            }
            VaultIntent::SaveFile => {
                if let BackupStage::Ready(backup) = &self.vault.backup {
                    self.effect(Effect::SaveBackup(backup.parts.clone()));
                }
            }
            VaultIntent::Stop => {
                if let BackupStage::Running { request, .. } = self.vault.backup {
                    self.cancel(request);
                    self.end_backup(BackupStage::Idle);
                }
            }
            VaultIntent::NotSaved => {
                self.fail_backup(Problem::new(
                    conclave_protocol::ProblemCode::NotFound,
                    "The backup that waited is not there any more.",
                    "Make it again.",
                ));
            }
        }
    }

    fn measure_storage(&mut self) {
        if self.pending.find(|body| *body == ToWorker::MeasureStorage).is_none() {
            self.request(ToWorker::MeasureStorage, None);
        }
    }

    fn backup_runs(&self) -> bool {
        matches!(self.vault.backup, BackupStage::Running { .. })
    }

    fn run_backup(&mut self, body: ToWorker, file: Option<Ticket>) {
        let request = self.request(body, file);
        self.vault.backup = BackupStage::Running { request, file, progress: None };
        self.touch(Section::Vault);
    }

    pub(super) fn on_storage(&mut self, storage: StorageUse) {
        self.vault.storage = Some(storage);
        self.touch(Section::Vault);
    }

    pub(super) fn on_backing_up(&mut self, id: Option<RequestId>, told: BackupProgress) {
        if let BackupStage::Running { request, progress, .. } = &mut self.vault.backup
            && Some(*request) == id
        {
            *progress = Some(told);
            self.touch(Section::Vault);
        }
    }

    pub(super) fn on_backed_up(&mut self, id: Option<RequestId>, backup: Backup) {
        if self.is_backup(id) {
            self.announce("The backup is ready to be saved.");
            self.end_backup(BackupStage::Ready(backup));
        }
    }

    pub(super) fn on_brought_back(&mut self, id: Option<RequestId>, came: BroughtBack) {
        if self.is_backup(id) {
            self.announce(came_words(&came));
            self.end_backup(BackupStage::Back(came));
            self.measure_storage();
        }
    }

    pub(super) fn on_backup_failed(&mut self, id: Option<RequestId>, problem: Problem) {
        if self.is_backup(id) {
            self.fail_backup(problem);
        }
    }

    fn fail_backup(&mut self, problem: Problem) {
        self.announce(problem.to_string());
        self.end_backup(BackupStage::Failed(problem));
    }

    fn is_backup(&self, id: Option<RequestId>) -> bool {
        matches!(self.vault.backup, BackupStage::Running { request, .. } if Some(request) == id)
    }

    fn end_backup(&mut self, stage: BackupStage) {
        let before = std::mem::replace(&mut self.vault.backup, stage);
        if let BackupStage::Running { file: Some(file), .. } = before {
            self.effect(Effect::ForgetFile(file));
        }
        self.touch(Section::Vault);
    }
}

/// What is stored, as lines of a name and words.
#[must_use]
pub fn storage_lines(storage: &StorageUse) -> Vec<(&'static str, String)> {
    let things = |number: u64, one: &str, several: &str| match number {
        0 => format!("no {several}"),
        1 => format!("1 {one}"),
        number => format!("{} {several}", count(number)),
    };
    let mut lines = vec![
        (
            "Documents",
            format!(
                "{}, {} characters of text",
                things(storage.documents, "document", "documents"),
                count(storage.chars)
            ),
        ),
        (
            "Search index",
            format!("{} for words, {} for meaning", bytes(storage.words_bytes), bytes(storage.vectors_bytes)),
        ),
        (
            "Original files",
            match storage.originals {
                0 => "none kept".to_owned(),
                files => {
                    format!("{} of PDF documents, {}", things(files, "file", "files"), bytes(storage.originals_bytes))
                }
            },
        ),
        ("Conversations", things(storage.threads, "thread", "threads")),
    ];
    if storage.waiting_bytes > 0 {
        let files = things(storage.waiting, "file waits", "files wait");
        lines.push(("Being added", format!("{files} to be read; {} are kept for them", bytes(storage.waiting_bytes))));
    }
    let all = match (storage.used_bytes, storage.quota_bytes) {
        (Some(used), Some(quota)) => {
            format!("{} with models and the app itself, of {} that the browser allows", bytes(used), bytes(quota))
        }
        _ => "not told by this browser".to_owned(),
    };
    lines.push(("In all", all));
    lines
}

/// What is asked before kept files are removed. How many there are is said where it is known; that there are none may have been
/// measured long ago, so it is asked all the same.
#[must_use]
pub fn removal_question(storage: Option<&StorageUse>) -> String {
    let files = match storage.map(|storage| (storage.originals, bytes(storage.originals_bytes))) {
        None | Some((0, _)) => "all files that are kept".to_owned(),
        Some((1, size)) => {
            return format!(
                "Remove the file that is kept ({size})? Its pages cannot be shown then; its text and the search stay."
            );
        }
        Some((files, size)) => format!("the {} files that are kept ({size})", count(files)),
    };
    format!("Remove {files}? Their pages cannot be shown then; their texts and the search stay.")
}

/// Whether the browser keeps what is stored, in words.
#[must_use]
pub const fn kept_storage_words(kept: Option<bool>) -> &'static str {
    match kept {
        Some(true) => "The browser keeps it until you clear it.",
        Some(false) => "The browser may clear it when the device runs out of room.",
        None => "This browser does not say whether it keeps it.",
    }
}

/// What came back, in words.
#[must_use]
pub fn came_words(came: &BroughtBack) -> String {
    let things = |number: u32, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let here = came.documents_here + came.threads_here;
    let mut words = format!("{} and {} came back.", things(came.documents, "document"), things(came.threads, "thread"));
    if here > 0 {
        words.push_str(&format!(
            " {} and {} were here already and stayed as they are.",
            things(came.documents_here, "document"),
            things(came.threads_here, "thread")
        ));
    }
    words
}

/// What is wrong with a passphrase that was typed twice; `None` where it can be used.
#[must_use]
pub fn passphrase_trouble(first: &str, second: &str) -> Option<String> {
    let missing = PASSPHRASE_MIN_CHARS.saturating_sub(first.chars().count());
    if missing > 0 {
        return Some(match missing {
            1 => "One more character.".to_owned(),
            missing => format!("{missing} more characters."),
        });
    }
    (first != second).then(|| "The two are not the same yet.".to_owned())
}

/// A passphrase out of random bytes: 125 bits as five groups of letters and digits that cannot be taken for each other
/// (Crockford's base 32, in small letters).
#[must_use]
pub fn passphrase_of(random: [u8; 16]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bits = u128::from_be_bytes(random);
    let mut words = String::new();
    for at in 0..25 {
        if at > 0 && at % 5 == 0 {
            words.push('-');
        }
        words.push(char::from(DIGITS[(bits & 31) as usize]));
        bits >>= 5;
    }
    words
}
