//! Folders that are watched.

use conclave_protocol::{FolderId, FolderInfo, FolderState, Scanned};

use super::*;

fn id() -> FolderId {
    FolderId("f".into())
}

fn folder(state: FolderState, scanned: Option<Scanned>) -> FolderInfo {
    FolderInfo { id: id(), name: "notes".into(), files: 1_204, state, scanned }
}

fn watched() -> FolderState {
    FolderState::Watched { is_told: false }
}

fn some() -> Option<Scanned> {
    Some(Scanned { at_ms: 1_000, added: 3, changed: 1, ..Scanned::default() })
}

fn is_scan(body: &ToWorker) -> bool {
    matches!(body, ToWorker::ScanFolders { .. })
}

fn with_folder() -> Page {
    let mut page = Page::opened(None);
    page.hear(None, FromWorker::Started { version: PROTOCOL_VERSION });
    let hello = page.last_sent(|body| matches!(body, ToWorker::Hello));
    page.hear(None, FromWorker::Folders(vec![folder(watched(), some())]));
    page.hear(Some(hello), FromWorker::Ready(Box::new(empty())));
    page
}

fn act(page: &mut Page, intent: FolderIntent) {
    page.act(Intent::InFolders(intent));
}

#[test]
fn a_folder_is_asked_for_watched_and_then_looked_through() {
    let mut page = Page::ready(empty());
    act(&mut page, FolderIntent::Access(FolderAccess::Kept));
    page.act(Intent::Run(Command::AddFolder));
    assert_eq!(page.count(&Effect::InFolders(FolderEffect::Pick)), 1);
    act(&mut page, FolderIntent::Given { folder: id(), name: "notes".into() });
    assert_eq!(page.count(&Effect::KeepStorage), 1);
    let watch = page.last_sent(|body| *body == ToWorker::WatchFolder { folder: id(), name: "notes".into() });
    assert_eq!(page.count_sent(is_scan), 0, "the engine does not know it yet");
    page.hear(Some(watch), FromWorker::Done);
    assert_eq!(page.count_sent(|body| *body == ToWorker::ScanFolders { folder: Some(id()), is_asked: true }), 1);
    // One that could not be kept says why.
    act(&mut page, FolderIntent::NotGiven(problem(ProblemCode::StorageUnavailable)));
    assert_eq!(page.toasts(), ["It broke."]);
}

#[test]
fn a_folder_that_is_given_while_the_engine_is_away_is_not_lost() {
    let mut page = Page::opened(None);
    act(&mut page, FolderIntent::Given { folder: id(), name: "notes".into() });
    page.greet(empty());
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::WatchFolder { .. })), 1);
    page.act(Intent::EngineCrashed);
    page.greet(empty());
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::WatchFolder { .. })), 2);
}

#[test]
fn where_the_browser_gives_no_folders_their_files_are_picked_once() {
    let mut page = Page::ready(empty());
    page.act(Intent::Run(Command::AddFolder));
    assert_eq!(page.count(&Effect::InFolders(FolderEffect::PickOnce)), 1);
}

#[test]
fn folders_are_looked_through_at_the_start_and_when_the_page_is_looked_at_again() {
    let mut page = Page::ready(empty());
    act(&mut page, FolderIntent::Shown);
    assert_eq!(page.count_sent(is_scan), 0, "there is none");
    let mut page = with_folder();
    assert_eq!(page.count_sent(|body| *body == ToWorker::ScanFolders { folder: None, is_asked: false }), 1);
    act(&mut page, FolderIntent::Shown);
    assert_eq!(page.count_sent(is_scan), 1, "it is asked already");
    page.hear(Some(page.last_sent(is_scan)), FromWorker::Done);
    act(&mut page, FolderIntent::Shown);
    assert_eq!(page.count_sent(is_scan), 2);
}

#[test]
fn what_changed_is_said_when_a_look_ends_and_nothing_when_nothing_did() {
    let mut page = with_folder();
    let scanning = || vec![folder(FolderState::Scanning { found: 7 }, some())];
    page.hear(None, FromWorker::Folders(scanning()));
    assert!(page.changed.contains(Section::Folders) && page.state.announcement.is_empty());
    page.hear(None, FromWorker::Folders(vec![folder(watched(), some())]));
    assert_eq!(page.state.announcement, "notes: 3 new, 1 changed.");
    page.hear(None, FromWorker::Folders(scanning()));
    page.state.announcement.clear();
    page.hear(None, FromWorker::Folders(vec![folder(watched(), Some(Scanned::default()))]));
    assert_eq!(page.state.announcement, "");
    page.hear(None, FromWorker::Folders(vec![folder(FolderState::NotAllowed, None)]));
    assert!(page.state.announcement.contains("asked again"));
}

#[test]
fn a_folder_is_allowed_again_by_a_click() {
    let mut page = with_folder();
    page.hear(Some(page.last_sent(is_scan)), FromWorker::Done);
    act(&mut page, FolderIntent::Allow(id()));
    assert_eq!(page.count(&Effect::InFolders(FolderEffect::Allow(id()))), 1);
    let looks = page.count_sent(is_scan);
    act(&mut page, FolderIntent::Allowed { folder: id(), is_allowed: false });
    assert_eq!(page.count_sent(is_scan), looks);
    assert!(page.state.announcement.contains("stay as they are"));
    act(&mut page, FolderIntent::Allowed { folder: id(), is_allowed: true });
    assert_eq!(page.count_sent(is_scan), looks + 1);
}

#[test]
fn forgetting_asks_what_becomes_of_the_documents() {
    let mut page = with_folder();
    let dialog = AppState::forget_dialog(&page.state.folders.list[0]);
    page.act(Intent::OpenDialog(dialog));
    assert!(matches!(&page.state.layout.dialog, Some(Dialog::ForgetFolder { files: 1_204, .. })));
    act(&mut page, FolderIntent::Forget { folder: id(), keep_documents: true });
    assert_eq!(page.state.layout.dialog, None);
    assert_eq!(page.count_sent(|body| *body == ToWorker::ForgetFolder { folder: id(), keep_documents: true }), 1);
}

#[test]
fn a_line_says_how_the_folder_stands_and_notes_what_was_left_out() {
    let words = |state, scanned| folder_words(&folder(state, scanned), 121_000);
    assert_eq!(words(watched(), some()), "1,204 files, looked through 2 min ago: 3 new, 1 changed");
    let same = Some(Scanned { at_ms: 120_000, ..Scanned::default() });
    assert_eq!(words(watched(), same), "1,204 files, looked through just now: nothing new");
    assert_eq!(words(FolderState::Scanning { found: 1 }, None), "Looking through it, 1 file so far");
    let gone = FolderState::Unreadable(problem(ProblemCode::NotFound));
    assert!(words(gone, some()).starts_with("It broke."));
    assert_eq!(folder_notes(&folder(watched(), some())), Vec::<String>::new());
    let scanned = Scanned {
        unsupported: 2,
        unread: 3,
        unread_paths: vec!["a.txt".into()],
        unsettled: 1,
        is_cut: true,
        ..Scanned::default()
    };
    let notes = folder_notes(&folder(watched(), Some(scanned)));
    assert_eq!(notes.len(), 4);
    assert_eq!(notes[1], "Could not be read: a.txt and 2 more. What is known of it stays.");
}
