//! Files that are kept with their documents, and their pages: kept before the document is listed, gone with it, in backups, and shown
//! with the cited words where they are drawn.

use conclave_ports::{Store as _, Table, Write};
use conclave_protocol::{
    CitedOnPage, FolderId, ORIGINAL_MAX_BYTES, Original, PageImage, Passphrase, ProblemCode, Settings, Span, StorageUse,
};

use super::*;

#[allow(dead_code, reason = "the importer's own tests use more of it")]
#[path = "../../../knowledge/import/tests/common/pdf.rs"]
pub(super) mod pdf;

pub(super) const PASSPHRASE: &str = "four words of nobody";

/// A document of two pages; `padding` bytes that mean nothing make it larger.
pub(super) fn manual(padding: usize) -> Vec<u8> {
    let first = pdf::lines(&[(72, 700, 20, "The Walrus pump"), (72, 660, 14, "The warranty lasts for two years.")]);
    let second = pdf::lines(&[(72, 700, 14, "The filter lasts for three months.")]);
    let more = if padding > 0 { vec![noise(padding)] } else { Vec::new() };
    pdf::document(&[first, second], "", "", &more)
}

/// An object of so many bytes that mean nothing; no two pieces of it are the same.
pub(super) fn noise(bytes: usize) -> String {
    let mut state = 7u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (state >> 24) as u8 % 26)
    };
    pdf::stream("", &(0..bytes).map(|_| byte()).collect::<String>())
}

/// A device with the document; its listing.
fn with_manual(device: &Device, padding: usize) -> (Tab, DocumentInfo) {
    let tab = device.tab();
    let info = add(&tab, "manual.pdf", &manual(padding));
    (tab, info)
}

pub(super) fn add(tab: &Tab, name: &str, bytes: &[u8]) -> DocumentInfo {
    assert_eq!(tab.add(&[(name, bytes)]), FromWorker::Done);
    let mut documents = tab.hello().documents;
    assert_eq!(documents.len(), 1, "{:?}", tab.queue());
    documents.remove(0)
}

pub(super) fn original(tab: &Tab, info: &DocumentInfo) -> Original {
    match tab.close(ToWorker::ReadDocument { document: info.id.clone() }) {
        FromWorker::Document(text) => text.original,
        other => panic!("{other:?}"),
    }
}

pub(super) fn show(tab: &Tab, info: &DocumentInfo, page: u32, cited: Option<Span>) -> Result<PageImage, Problem> {
    match tab.close(ToWorker::ShowPage { document: info.id.clone(), page, width_px: 300, cited }) {
        FromWorker::Page(image) => Ok(image),
        FromWorker::Failed(problem) => Err(problem),
        other => panic!("{other:?}"),
    }
}

/// Where words stand in the canonical text.
fn span(tab: &Tab, info: &DocumentInfo, words: &str) -> Span {
    let FromWorker::Document(text) = tab.close(ToWorker::ReadDocument { document: info.id.clone() }) else {
        panic!("it is there")
    };
    let at = text.text.find(words).unwrap();
    Span::new(at, at + words.len())
}

pub(super) fn kept(device: &Device) -> Vec<String> {
    pollster::block_on(device.store.list(Table::Originals, "")).unwrap()
}

pub(super) fn measured(tab: &Tab) -> StorageUse {
    match tab.close(ToWorker::MeasureStorage) {
        FromWorker::Storage(storage) => storage,
        other => panic!("{other:?}"),
    }
}

pub(super) fn save(tab: &Tab, keep_originals: bool) {
    let settings = Settings { keep_originals, ..Settings::default() };
    assert!(matches!(tab.close(ToWorker::SaveSettings { settings }), FromWorker::Settings(_)));
}

#[test]
fn a_page_of_a_document_is_shown_with_the_cited_words() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 0);
    assert_eq!(original(&tab, &info), Original::Kept);
    let warranty = span(&tab, &info, "warranty lasts");
    let image = show(&tab, &info, 1, Some(warranty)).unwrap();
    assert_eq!((image.page, image.pages, image.width), (1, 2, 300));
    let CitedOnPage::Found { rects, is_whole: true } = &image.cited else { panic!("{image:?}") };
    let [rect] = rects.as_slice() else { panic!("{rects:?}") };
    // Line 660 of 842 points, the second word of it.
    let line = 1.0 - 660.0 / 842.0;
    assert!(rect.top < line && line < rect.top + rect.height && rect.left > 72.0 / 595.0, "{rect:?}");
    assert_eq!(show(&tab, &info, 2, Some(warranty)).unwrap().cited, CitedOnPage::NotAsked, "it is not on that page");
    assert_eq!(show(&tab, &info, 2, None).unwrap().cited, CitedOnPage::NotAsked);
    assert_eq!(show(&tab, &info, 3, None).unwrap_err().code, ProblemCode::BadRequest);
    // A passage over both pages has a part on each.
    let both = Span::new(warranty.start, span(&tab, &info, "three months").end);
    for page in [1, 2] {
        let image = show(&tab, &info, page, Some(both)).unwrap();
        assert!(matches!(&image.cited, CitedOnPage::Found { is_whole: true, .. }), "{image:?}");
    }
}

#[test]
fn a_file_is_kept_in_pieces_sealed_counted_and_read_back_as_it_was() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 5 << 20);
    assert_eq!((original(&tab, &info), kept(&device).len()), (Original::Kept, 6));
    for (_, piece) in pollster::block_on(device.store.scan(Table::Originals, "")).unwrap() {
        let piece = piece.unwrap();
        assert!(piece.len() <= (1 << 20) + (1 << 17), "{}", piece.len());
        assert!(!piece.windows(8).any(|window| window == b"/Catalog" || window == b"warranty"));
    }
    let pieces = pollster::block_on(device.opened().scan(Table::Originals, "")).unwrap();
    let whole: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece.unwrap()).collect();
    assert!(whole == manual(5 << 20));
    let storage = measured(&tab);
    assert_eq!((storage.originals, storage.originals_bytes), (1, info.size_bytes));
    assert!(show(&device.tab(), &info, 2, None).is_ok(), "after a restart");
}

#[test]
fn a_removed_document_takes_its_file_along() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 2 << 20);
    let id = info.id.clone();
    tab.close(ToWorker::RemoveDocuments { documents: vec![id.clone()] });
    let left: Vec<String> =
        Table::ALL.into_iter().flat_map(|table| pollster::block_on(device.store.list(table, "")).unwrap()).collect();
    assert!(!left.iter().any(|key| key.contains(id.as_str())), "{left:?}");
    assert_eq!(measured(&tab).originals_bytes, 0);
    // Many at once are looked for in another way.
    for n in 0..12 {
        let file = pdf::document(&[pdf::lines(&[(72, 700, 20, &format!("Letter number {n}."))])], "", "", &[]);
        tab.add(&[(&format!("{n}.pdf"), &file)]);
    }
    let documents = tab.hello().documents;
    assert_eq!(kept(&device).len(), 12);
    tab.close(ToWorker::RemoveDocuments { documents: documents[1..].iter().map(|info| info.id.clone()).collect() });
    assert_eq!(kept(&device).len(), 1);
}

#[test]
fn a_document_without_its_file_gets_it_when_it_is_added_again() {
    let device = Device::new();
    let tab = device.tab();
    save(&tab, false);
    let info = add(&tab, "manual.pdf", &manual(0));
    // What helps is said: adding it again does nothing as long as files are not kept.
    for (wants, state, next) in [
        (false, Original::Unwanted, "Turn on \u{201c}Keep original PDF files\u{201d}"),
        (true, Original::Missing, "Add the PDF itself again"),
    ] {
        save(&tab, wants);
        assert_eq!((original(&tab, &info), kept(&device).len()), (state, 0));
        let problem = show(&tab, &info, 1, None).unwrap_err();
        assert!(problem.code == ProblemCode::NotFound && problem.next.contains(next), "{problem:?}");
    }
    let again = add(&tab, "copy of manual.pdf", &manual(0));
    assert_eq!(again, info, "the document itself stays as it is");
    assert_eq!(original(&tab, &info), Original::Kept);
    assert!(show(&tab, &info, 1, None).is_ok());
    // A third time there is nothing to do.
    add(&tab, "manual.pdf", &manual(0));
    let left = pollster::block_on(device.store.list(Table::Queue, "bytes/")).unwrap();
    assert!(left.is_empty() && tab.queue().trouble == 0);
}

#[test]
fn who_does_not_want_files_kept_has_none() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 3 << 20);
    assert_eq!(kept(&device).len(), 4);
    save(&tab, false);
    assert_eq!((kept(&device).len(), original(&tab, &info)), (0, Original::Unwanted));
    assert_eq!(tab.hello().documents.len(), 1);
}

#[test]
fn what_is_no_pdf_or_too_large_is_not_kept() {
    let device = Device::new();
    let tab = device.tab();
    let info = tab.import("a.txt", "A text has no pages.\n");
    assert_eq!((original(&tab, &info), kept(&device).len()), (Original::Unpaged, 0));
    assert_eq!(show(&tab, &info, 1, None).unwrap_err().code, ProblemCode::UnsupportedType);
    // The size decides, whoever reads it: no test has 64 MB to spare.
    let mut large = device.tab().hello().documents.remove(0);
    large.kind = conclave_protocol::imported::Kind::Pdf;
    large.size_bytes = ORIGINAL_MAX_BYTES + 1;
    let service = &device.tab().service;
    assert_eq!(pollster::block_on(service.original(&large)).unwrap(), Original::TooLarge);
    large.size_bytes = ORIGINAL_MAX_BYTES;
    assert_eq!(pollster::block_on(service.original(&large)).unwrap(), Original::Missing);
}

#[test]
fn a_full_disk_takes_the_document_without_its_file_and_says_so() {
    let size = 3 << 20;
    // Room for the copy in the queue and the text, not for a second copy.
    let device = Device::with_room(size + (1 << 20), usize::MAX);
    let (tab, info) = with_manual(&device, size);
    assert_eq!((original(&tab, &info), kept(&device).len()), (Original::Missing, 0));
    // It is no word about the document for ever: its file may come later.
    assert!(info.notes.is_empty(), "{:?}", info.notes);
    // Its copy in the queue is gone: there is room now.
    assert_eq!(add(&tab, "manual.pdf", &manual(size)).id, info.id);
    assert_eq!(tab.queue().trouble, 1, "still none for two");
    let FileState::Partial(why) = &tab.queue().files[0].state else { panic!("{:?}", tab.queue()) };
    assert!(why.contains("no room"));
}

#[test]
fn what_a_killed_program_left_of_a_file_goes_at_the_next_start() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 2 << 20);
    drop(tab);
    let lost = format!("{}/000000", "f".repeat(32));
    pollster::block_on(device.opened().commit(vec![Write::put(Table::Originals, lost.as_str(), *b"half a file")]))
        .unwrap();
    let tab = device.tab();
    tab.hello();
    assert!(kept(&device).len() == 3 && kept(&device).iter().all(|key| key.starts_with(info.id.as_str())));
    // A file of which a piece is gone is none.
    pollster::block_on(device.opened().commit(vec![Write::delete(Table::Originals, kept(&device).remove(0))])).unwrap();
    assert_eq!((original(&tab, &info), measured(&tab).originals), (Original::Missing, 0));
    assert_eq!(kept(&device).len(), 2, "the others are there");
    device.tab().hello();
    assert!(kept(&device).is_empty(), "and go at the next start");
}

#[test]
fn a_backup_brings_files_back() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 9 << 20);
    let FromWorker::BackedUp(backup) = tab.close(ToWorker::BackUp { passphrase: Passphrase(PASSPHRASE.into()) }) else {
        panic!("no backup")
    };
    let part =
        |name: &String| pollster::block_on(conclave_ports::Blobs::read(&*device.exports, name)).unwrap().unwrap();
    let file: Vec<u8> = backup.parts.iter().flat_map(part).collect();
    for has_others in [false, true] {
        let other = Device::new();
        let there = other.tab();
        if has_others {
            there.import("herons.txt", "Herons stand still.\n");
        }
        let body = ToWorker::BringBack { passphrase: Passphrase(PASSPHRASE.into()) };
        let back = there.send_with(body, Some(Box::new(file.clone()))).pop().unwrap();
        assert!(matches!(back, FromWorker::BroughtBack(came) if came.documents == 1), "{back:?}");
        assert_eq!(original(&there, &info), Original::Kept);
        assert!(show(&there, &info, 2, None).is_ok());
        assert_eq!(kept(&other), kept(&device));
    }
}

#[test]
fn a_document_of_a_folder_is_shown_from_there_and_not_copied() {
    let device = Device::new();
    let folder = FolderId("f".into());
    let (old, new) = (1_600_000_000_000, 1_600_000_100_000);
    device.folders.keep(&folder);
    device.folders.write(&folder, "deep/manual.pdf", manual(0), old);
    let tab = device.tab();
    tab.close(ToWorker::WatchFolder { folder: folder.clone(), name: "notes".into() });
    tab.close(ToWorker::ScanFolders { folder: Some(folder.clone()), is_asked: true });
    let info = tab.hello().documents.remove(0);
    assert_eq!((original(&tab, &info), kept(&device).len()), (Original::InFolder, 0));
    let lists = device.folders.lists();
    assert!(show(&tab, &info, 1, None).is_ok());
    assert_eq!(device.folders.lists(), lists, "its name leads to it, however much stands beside it");
    let opens = device.folders.opens();
    assert!(show(&tab, &info, 2, None).is_ok());
    assert_eq!(device.folders.opens(), opens, "the next page is one of the same file");
    // Changed under the same name, not allowed any more, gone.
    device.folders.write(&folder, "deep/manual.pdf", manual(0), new);
    assert_eq!(show(&tab, &info, 1, None).unwrap_err().code, ProblemCode::Changed);
    device.folders.write(&folder, "deep/manual.pdf", manual(0), old);
    assert!(show(&tab, &info, 1, None).is_ok());
    device.folders.allow(&folder, false);
    assert_eq!(show(&tab, &info, 1, None).unwrap_err().code, ProblemCode::NotAllowed);
    device.folders.allow(&folder, true);
    device.folders.remove(&folder, "deep/manual.pdf");
    assert_eq!(show(&tab, &info, 1, None).unwrap_err().code, ProblemCode::NotFound);
    // One that a person adds is kept, though it stands in a folder too.
    device.folders.write(&folder, "deep/manual.pdf", manual(0), old);
    add(&tab, "manual.pdf", &manual(0));
    assert_eq!(original(&tab, &info), Original::Kept);
}

#[test]
fn a_file_that_cannot_be_drawn_says_why() {
    let device = Device::new();
    let (tab, info) = with_manual(&device, 0);
    let key = kept(&device).remove(0);
    let damaged = vec![b'x'; info.size_bytes as usize];
    pollster::block_on(device.opened().commit(vec![Write::put(Table::Originals, key.as_str(), damaged)])).unwrap();
    let problem = show(&tab, &info, 1, None).unwrap_err();
    assert_eq!(problem.code, ProblemCode::DamagedFile);
    assert!(problem.next.contains("text"), "{problem:?}");
    pollster::block_on(device.opened().commit(vec![Write::put(Table::Originals, key, *b"short")])).unwrap();
    assert_eq!(show(&tab, &info, 1, None).unwrap_err().code, ProblemCode::Corrupt);
}
