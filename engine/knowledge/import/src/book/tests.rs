use conclave_protocol::ProblemCode;
use conclave_protocol::imported::{Kind, Outcome, Place};

use crate::testing::zip::{stored, zip};
use crate::testing::{headings, places, read, read_all, refused};

const CONTAINER: &[u8] =
    b"<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\" media-type=\"x\"/></rootfiles></container>";
const PACKAGE: &[u8] = b"<package><metadata><dc:title>Sea &amp; shore</dc:title><dc:creator>A. Ferreira</dc:creator><dc:date>1921</dc:date></metadata>\
    <manifest><item id=\"two\" href=\"ch%202.xhtml\" media-type=\"application/xhtml+xml\"/><item id=\"one\" href=\"ch1.xhtml\" media-type=\"application/xhtml+xml\"/>\
    <item id=\"nav\" href=\"nav.xhtml\" properties=\"scripted nav\" media-type=\"application/xhtml+xml\"/><item id=\"ncx\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/>\
    <item id=\"gone\" href=\"gone.xhtml\" media-type=\"application/xhtml+xml\"/></manifest>\
    <spine><itemref idref=\"one\"/><itemref idref=\"two\"/>GONE</spine></package>";

fn book(gone: bool) -> Vec<u8> {
    let package = String::from_utf8(PACKAGE.to_vec()).unwrap();
    let package = package.replace("GONE", if gone { "<itemref idref=\"gone\"/>" } else { "" });
    zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/book.opf", package.as_bytes()),
        ("OEBPS/ch1.xhtml", "<?xml version=\"1.0\"?><html><body><nav>kept</nav><h1>The tide</h1><p>It rises.</p></body></html>".as_bytes()),
        ("OEBPS/ch 2.xhtml", b"<html><body><p>It falls.</p><script>alert(1)</script></body></html>"),
        ("OEBPS/nav.xhtml", b"<html><nav><ol><li><a href=\"ch1.xhtml\">One</a></li><li><a href=\"ch%202.xhtml#a\"><b>The</b> ebb</a></li></ol></nav></html>"),
        ("OEBPS/toc.ncx", b"<ncx><navPoint><navLabel><text>Of old</text></navLabel><content src=\"ch1.xhtml\"/></navPoint></ncx>"),
    ])
}

#[test]
fn chapters_come_in_reading_order_with_their_titles() {
    let imported = read("sea.epub", &book(false));
    assert_eq!(imported.text, "kept\n\nThe tide\n\nIt rises.\n\nThe ebb\n\nIt falls.");
    assert_eq!(headings(&imported), [("The tide", 1), ("The ebb", 1)]);
    assert_eq!(places(&imported), [(Place::Chapter(1), "kept"), (Place::Chapter(2), "The ebb")]);
    assert_eq!((imported.title.as_str(), imported.kind), ("Sea & shore", Kind::Book));
    assert_eq!(imported.date_ms, Some(-1_546_300_800_000));
}

/// Found by the fuzz test (`CONCLAVE_FUZZ_SEED=110397`).
#[test]
fn a_title_with_a_control_character_is_cleaned() {
    let package = String::from_utf8(PACKAGE.to_vec()).unwrap().replace("GONE", "");
    let bytes = zip(&[
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/book.opf", package.as_bytes()),
        ("OEBPS/ch1.xhtml", b"<html><body><p>It rises.</p></body></html>"),
        ("OEBPS/nav.xhtml", b"<html><nav><ol><li><a href=\"ch1.xhtml\">The\x0e tide</a></li></ol></nav></html>"),
    ]);
    let (documents, _) = read_all("sea.epub", &bytes);
    assert_eq!(documents[0].text, "The tide\n\nIt rises.");
    assert_eq!(headings(&documents[0]), [("The tide", 1)]);
}

#[test]
fn a_missing_chapter_is_told() {
    let (documents, report) = read_all("sea.epub", &book(true));
    assert_eq!(documents[0].partial.as_deref(), Some("1 of the book's 3 parts are missing or damaged."));
    assert!(matches!(report.outcome, Outcome::Partial(_)));
}

#[test]
fn a_locked_book_is_refused_and_scrambled_fonts_are_not_a_lock() {
    let locked = |target: &str| {
        let rights =
            format!("<encryption><EncryptedData><CipherReference URI=\"{target}\"/></EncryptedData></encryption>");
        zip(&[
            ("META-INF/container.xml", CONTAINER),
            ("META-INF/encryption.xml", rights.as_bytes()),
            ("OEBPS/book.opf", PACKAGE),
            ("OEBPS/ch1.xhtml", b"<p>x</p>"),
        ])
    };
    assert_eq!(refused("a.epub", &locked("OEBPS/ch1.xhtml")).code, ProblemCode::Encrypted);
    assert_eq!(read_all("a.epub", &locked("OEBPS/font.otf")).0.len(), 1);
    let empty = crate::testing::zip::archive(&[stored("mimetype", b"application/epub+zip")]);
    assert_eq!(refused("a.epub", &empty).code, ProblemCode::DamagedFile);
}
