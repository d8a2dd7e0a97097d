//! Storage and backups.

use conclave_protocol::{Backup, BackupProgress, BroughtBack, Passphrase, StorageUse};

use super::*;

fn passphrase() -> Passphrase {
    Passphrase("four words of nobody".into())
}

fn is_backup(body: &ToWorker) -> bool {
    matches!(body, ToWorker::BackUp { .. } | ToWorker::BringBack { .. })
}

#[test]
fn what_is_stored_is_measured_each_time_it_is_shown() {
    let mut page = Page::ready(empty());
    let asked = |page: &Page| page.count_sent(|body| *body == ToWorker::MeasureStorage);
    page.act(Intent::Run(Command::ShowVault));
    page.act(Intent::InVault(VaultIntent::Measure));
    assert_eq!((asked(&page), &page.state.layout.dialog), (1, &Some(Dialog::Vault)));
    let told = StorageUse {
        originals: 2,
        originals_bytes: 3_000_000,
        documents: 2,
        chars: 1_234,
        threads: 1,
        kept: Some(false),
        ..StorageUse::default()
    };
    let request = page.last_sent(|body| *body == ToWorker::MeasureStorage);
    page.hear(Some(request), FromWorker::Storage(told));
    assert!(page.changed.contains(Section::Vault));
    let lines = storage_lines(&page.state.vault.storage.unwrap());
    assert_eq!(lines[2], ("Original files", "2 files of PDF documents, 3.0 MB".to_owned()));
    assert_eq!(lines[0].1, "2 documents, 1,234 characters of text");
    assert_eq!(lines[3].1, "1 thread");
    page.act(Intent::CloseDialog);
    page.act(Intent::Run(Command::ShowVault));
    assert_eq!(asked(&page), 2);
}

#[test]
fn files_are_never_removed_without_a_question_whatever_was_measured() {
    let known = |originals, originals_bytes| StorageUse { originals, originals_bytes, ..StorageUse::default() };
    let words = "Their pages cannot be shown then; their texts and the search stay.";
    assert_eq!(removal_question(None), format!("Remove all files that are kept? {words}"));
    assert_eq!(removal_question(Some(&known(0, 0))), removal_question(None));
    let one = "Remove the file that is kept (2.0 MB)? Its pages cannot be shown then; its text and the search stay.";
    assert_eq!(removal_question(Some(&known(1, 2_000_000))), one);
    assert!(removal_question(Some(&known(1_200, 9))).starts_with("Remove the 1,200 files that are kept ("));
}

#[test]
fn a_backup_is_made_once_shows_its_progress_and_can_be_saved() {
    let mut page = Page::ready(empty());
    page.act(Intent::InVault(VaultIntent::BackUp(passphrase())));
    page.act(Intent::InVault(VaultIntent::BackUp(passphrase())));
    assert_eq!(page.count_sent(is_backup), 1);
    let request = page.last_sent(is_backup);
    page.hear(Some(request), FromWorker::BackingUp(BackupProgress { done: 3, of: 9 }));
    let BackupStage::Running { progress, .. } = page.state.vault.backup else { panic!("it runs") };
    assert_eq!(progress, Some(BackupProgress { done: 3, of: 9 }));
    let parts = vec!["parts/000000".to_owned()];
    let backup = Backup { parts: parts.clone(), size_bytes: 9, documents: 1, threads: 0, left_out: 0 };
    page.hear(Some(request), FromWorker::BackedUp(backup));
    page.act(Intent::InVault(VaultIntent::SaveFile));
    assert_eq!(page.count(&Effect::SaveBackup(parts)), 1);
    page.act(Intent::InVault(VaultIntent::NotSaved));
    assert!(matches!(page.state.vault.backup, BackupStage::Failed(_)));
}

#[test]
fn a_file_is_let_go_when_it_was_brought_back_or_not() {
    let bring_back = |file| Intent::InVault(VaultIntent::BringBack { file: Ticket(file), passphrase: passphrase() });
    let mut page = Page::ready(empty());
    page.act(bring_back(7));
    page.act(bring_back(8));
    assert_eq!((page.count_sent(is_backup), page.count(&Effect::ForgetFile(Ticket(8)))), (1, 1));
    let request = page.last_sent(is_backup);
    let came = BroughtBack { documents: 1, documents_here: 1, threads: 2, threads_here: 0 };
    page.hear(Some(request), FromWorker::BroughtBack(came));
    assert_eq!(page.state.vault.backup, BackupStage::Back(came));
    assert_eq!(
        page.state.announcement,
        "1 document and 2 threads came back. 1 document and 0 threads were here already and stayed as they are."
    );
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(7))), 1);

    page.act(bring_back(9));
    let request = page.last_sent(is_backup);
    let wrong = Problem::new(ProblemCode::BadRequest, "The passphrase is another one.", "Type it again.");
    page.hear(Some(request), FromWorker::Failed(wrong.clone()));
    assert_eq!(page.state.vault.backup, BackupStage::Failed(wrong));
    assert!(page.toasts().is_empty(), "it is said where it was asked");
    assert_eq!(page.count(&Effect::ForgetFile(Ticket(9))), 1);
}

#[test]
fn a_stopped_backup_is_over_and_a_crash_is_said_there() {
    let mut page = Page::ready(empty());
    page.act(Intent::InVault(VaultIntent::BackUp(passphrase())));
    let request = page.last_sent(is_backup);
    page.act(Intent::InVault(VaultIntent::Stop));
    assert_eq!(page.state.vault.backup, BackupStage::Idle);
    assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request }), 1);
    page.hear(Some(request), FromWorker::Stopped);
    assert_eq!(page.state.vault.backup, BackupStage::Idle);
    page.act(Intent::InVault(VaultIntent::BackUp(passphrase())));
    page.act(Intent::EngineCrashed);
    assert!(matches!(page.state.vault.backup, BackupStage::Failed(_)));
}

#[test]
fn passphrases_are_long_the_same_twice_and_made_up_without_look_alikes() {
    assert_eq!(passphrase_trouble("short", "short").as_deref(), Some("7 more characters."));
    assert_eq!(passphrase_trouble("elevenchars", "").as_deref(), Some("One more character."));
    assert_eq!(
        passphrase_trouble("four words of nobody", "four words").as_deref(),
        Some("The two are not the same yet.")
    );
    assert_eq!(passphrase_trouble("four words of nobody", "four words of nobody"), None);
    let made_up = passphrase_of([0xa5; 16]);
    assert_eq!(made_up.split('-').map(str::len).collect::<Vec<_>>(), [5; 5]);
    assert!(!made_up.contains(['i', 'l', 'o', 'u']));
    assert_ne!(passphrase_of([1; 16]), passphrase_of([2; 16]));
    assert_eq!(passphrase_trouble(&made_up, &made_up), None);
}
