use conclave_protocol::ProblemCode;
use conclave_protocol::imported::Outcome;

use crate::Limits;
use crate::testing::zip::{File, archive, deflated, stored, zip};
use crate::testing::{read_all, read_within, refused, refused_parts};

#[test]
fn every_file_of_an_archive_is_a_document_with_its_path() {
    let inner = zip(&[("deep.md", b"# Deep\n\nwords")]);
    let (documents, report) = read_all(
        "export.zip",
        &zip(&[
            ("letters/", b""),
            ("letters/a.txt", b"Dear Ann"),
            ("page.html", b"<html><title>T</title><p>Hello"),
            ("inner.zip", &inner),
            ("__MACOSX/._a.txt", b"\0\x05\x16"),
        ]),
    );
    let seen: Vec<_> = documents.iter().map(|one| (one.path.as_deref().unwrap(), one.text.as_str())).collect();
    assert_eq!(
        seen,
        [
            ("export.zip/letters/a.txt", "Dear Ann"),
            ("export.zip/page.html", "Hello"),
            ("export.zip/inner.zip/deep.md", "# Deep\n\nwords")
        ]
    );
    assert_eq!(documents[0].name, "a.txt");
    assert_eq!((report.outcome, report.parts.len()), (Outcome::Ok, 0));
}

#[test]
fn a_bad_file_is_told_and_the_rest_goes_on() {
    let locked = File { flags: 0x801, ..deflated("locked.txt", b"secret words") };
    let unknown = File { method: 14, ..deflated("lzma.txt", b"words") };
    let broken = File { packed: vec![0xff; 40], ..deflated("broken.txt", b"words") };
    let harmful = [stored("../../etc/passwd", b"x"), stored("/srv/x.txt", b"x"), stored("C:\\x.txt", b"x")];
    let files: Vec<File> =
        [locked, unknown, broken].into_iter().chain(harmful).chain([deflated("good.txt", b"Good words")]).collect();
    let (documents, report) = read_all("a.zip", &archive(&files));
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].text, "Good words");
    assert_eq!(
        refused_parts(&report),
        [
            ("a.zip/locked.txt", ProblemCode::Encrypted),
            ("a.zip/lzma.txt", ProblemCode::UnsupportedType),
            ("a.zip/broken.txt", ProblemCode::DamagedFile),
            ("a.zip/../../etc/passwd", ProblemCode::Harmful),
            ("a.zip//srv/x.txt", ProblemCode::Harmful),
            ("a.zip/C:/x.txt", ProblemCode::Harmful),
        ]
    );
    assert_eq!(report.outcome, Outcome::Partial("1 of the 7 files in it could be read whole.".into()));
}

#[test]
fn bombs_are_refused_by_ratio_by_size_and_by_depth() {
    // 40 MB of zeros in 40 KB: the header tells the truth, and then it lies.
    let zeros = vec![b'0'; 40_000_000];
    for size_bytes in [40_000_000, 5] {
        let bomb = File { size_bytes, ..deflated("zeros.txt", &zeros) };
        let (_, report) = read_all("a.zip", &archive(&[bomb, stored("b.txt", b"words")]));
        assert_eq!(refused_parts(&report), [("a.zip/zeros.txt", ProblemCode::Harmful)]);
    }
    // All files together: each alone is within the limit.
    let text = b"words ".repeat(1000);
    let limits = Limits { unpacked_bytes: 15_000, ..Limits::default() };
    let files = zip(&[("a.txt", &text), ("b.txt", &text), ("c.txt", &text), ("d.txt", b"x")]);
    let (documents, report) = read_within("a.zip", &files, &limits);
    assert_eq!(documents.len(), 3);
    assert_eq!(refused_parts(&report), [("a.zip/c.txt", ProblemCode::TooLarge)]);
    // An archive in an archive in an archive …
    let mut nested = zip(&[("a.txt", b"words")]);
    for _ in 0..10 {
        nested = zip(&[("a.zip", &nested)]);
    }
    let (documents, report) = read_all("a.zip", &nested);
    assert_eq!((documents.len(), refused_parts(&report)[0].1), (0, ProblemCode::TooLarge));
    assert!(matches!(report.outcome, Outcome::Refused(_)));
}

#[test]
fn an_archive_that_breaks_off_gives_what_is_left() {
    let whole = zip(&[("a.txt", &b"The first file. ".repeat(50)), ("b.txt", b"The second file")]);
    let (documents, report) = read_all("a.zip", &whole[..whole.len() - 80]);
    assert_eq!(documents.len(), 2);
    assert!(matches!(&report.outcome, Outcome::Partial(reason) if reason.contains("cut off")), "{report:?}");
    assert_eq!(refused("a.zip", b"PK\x03\x04\x14\0\0\0notes.txt").code, ProblemCode::DamagedFile);
    assert_eq!(refused("a.zip", &zip(&[])).code, ProblemCode::EmptyFile);
    assert_eq!(refused("a.zip", &zip(&[("a.png", b"\x89PNG\r\n\x1a\n")])).code, ProblemCode::UnsupportedType);
}

#[test]
fn names_of_old_archives_are_decoded() {
    let old = File { name: b"Gr\x81\xe1e.txt".to_vec(), flags: 0, ..stored("", b"x") };
    assert_eq!(read_all("a.zip", &archive(&[old])).0[0].name, "Grüße.txt");
}

#[test]
fn offsets_that_lead_anywhere_end_well() {
    let sound = zip(&[("a.txt", b"words of a text"), ("b.txt", b"more")]);
    // Each byte of headers and directory once at its extremes.
    for at in 0..sound.len() {
        for value in [0, 0x7f, 0xff] {
            let mut bytes = sound.clone();
            bytes[at] = value;
            read_all("a.zip", &bytes);
        }
    }
}
