#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;

use conclave_protocol::ProblemCode;
use conclave_protocol::imported::{Kind, Outcome};

use super::*;
use crate::testing::{headings, read, read_all, refused};

#[test]
fn empty_and_blank_files_are_refused_as_such() {
    assert!(refused("a.txt", b"").what.contains("is empty"));
    assert!(refused("a.txt", b" \r\n\t \xef\xbb\xbf").what.contains("no readable text"));
    assert!(refused("a.txt", "\u{feff}\u{200b}".as_bytes()).what.contains("no readable text"));
    assert!(refused("a.html", b"<html><script>x()</script></html>").what.contains("no readable text"));
}

#[test]
fn sizes_are_refused_with_the_limit() {
    let error = Limits::default().check_file("dir/big.txt", 200_000_000).unwrap_err();
    assert_eq!(error.to_string(), "“big.txt” has 200 MB; files may have at most 100 MB");
    let limits = Limits { text_bytes: 10, ..Limits::default() };
    for name in ["a.txt", "a.md", "a.rs"] {
        assert!(is_too_long(name, b"eleven chars", &limits));
    }
    let page = b"<html><p>eleven chars and more</p><p>and more</p>";
    assert!(is_too_long("a.html", page, &limits));
}

fn is_too_long(name: &str, bytes: &[u8], limits: &Limits) -> bool {
    let report = import(name, bytes, limits, &mut |imported| panic!("{imported:?}"));
    matches!(report.outcome, Outcome::Refused(problem) if problem.code == ProblemCode::TooLarge)
}

#[test]
fn binary_files_are_named_whatever_they_are_called() {
    let cases: [(&[u8], &str); 4] = [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"MZ\x90\0\x03\0\0\0", "a program"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (DOC, XLS or PPT)"),
    ];
    for (bytes, expected) in cases {
        let problem = refused("notes.md", bytes);
        assert_eq!(problem.code, ProblemCode::UnsupportedType);
        assert!(problem.what.contains(expected), "{expected}: {}", problem.what);
    }
    assert_eq!(refused("a.txt", b"\0\x01\x02\x03random\0\0").code, ProblemCode::NotText);
    assert_eq!(refused("a.txt", &[0; 100]).code, ProblemCode::NotText);
}

#[test]
fn text_that_begins_like_a_binary_format_is_text() {
    for text in [
        "MZ is a signature",
        "BM25 ranks passages",
        "ID3 tags",
        "PK is short",
        "GIF89a is a header",
        "The header is %PDF-1.7",
    ] {
        assert_eq!(read("a.txt", text.as_bytes()).text, text);
    }
}

#[test]
fn encodings_are_found() {
    let text = "Grüße, 世界 – end";
    let utf_16 = |big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let with = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
    let utf_32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        with(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        with(b"\xff\xfe", utf_16(false)),
        with(b"\xfe\xff", utf_16(true)),
        with(b"\xff\xfe\0\0", utf_32),
    ] {
        let imported = read("a.txt", &bytes);
        assert_eq!(imported.text, text);
        assert!(imported.notes.is_empty(), "{:?}", imported.notes);
    }
    let unmarked: Vec<u8> = "plain words".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read("a.txt", &unmarked).text, "plain words");
}

#[test]
fn a_guessed_encoding_is_said() {
    let imported = read("a.txt", b"Gr\xfc\xdfe aus K\xf6ln \x96 bis bald");
    assert_eq!(imported.text, "Grüße aus Köln – bis bald");
    assert!(imported.notes[0].contains("guessed to be Western European (windows-1252)"), "{:?}", imported.notes);
    for (encoding, text) in [
        (encoding_rs::WINDOWS_1251, "Прилив поднимается утром, а отлив начинается вечером."),
        (encoding_rs::SHIFT_JIS, "潮は朝に満ちて、夕方に引いていきます。船は港で待っています。"),
        (encoding_rs::GBK, "潮水早上上涨，晚上退去。船只在港口等待。"),
        (encoding_rs::WINDOWS_1253, "Η παλίρροια ανεβαίνει το πρωί και κατεβαίνει το βράδυ."),
    ] {
        assert_eq!(read("a.txt", &encoding.encode(text).0).text, text);
    }
}

#[test]
fn damaged_utf_8_stays_utf_8_and_says_so() {
    let imported = read(
        "a.txt",
        "Grüße äöü ÄÖÜ é è ê, \u{fffe}end".as_bytes().iter().copied().chain([0xff]).collect::<Vec<_>>().as_slice(),
    );
    assert!(imported.text.starts_with("Grüße äöü"));
    assert!(imported.notes[0].contains("1 place could not be decoded"), "{:?}", imported.notes);
}

#[test]
fn pages_are_decoded_as_they_declare() {
    let page =
        b"<html><head><meta http-equiv=Content-Type content=\"text/html; charset=iso-8859-7\"></head><p>\xe1\xe2\xe3";
    assert_eq!(read("a.html", page).text, "αβγ");
    let page = b"<!DOCTYPE html><meta charset='windows-1251'><p>\xcf\xf0\xe8\xe2\xe5\xf2";
    assert_eq!(read("a.txt", page).text, "Привет");
    // Says Latin-1, is UTF-8.
    assert_eq!(read("a.html", "<meta charset=latin1><p>Grüße".as_bytes()).text, "Grüße");
}

#[test]
fn line_ends_and_control_characters_are_normalised() {
    let imported = read(
        "a.txt",
        b"one\r\ntwo\rthree\x0cfour\x07 \x1b[31mred\x1b[0m and more words to keep the share of control characters low",
    );
    assert!(imported.text.starts_with("one\ntwo\nthree\nfour red and more"), "{:?}", imported.text);
    assert_eq!(imported.notes, ["1 control character was removed."]);
}

#[test]
fn names_lose_their_path_and_stay_short() {
    assert_eq!(read("C:\\dir\\../notes.txt", b"x").name, "notes.txt");
    assert_eq!(read("a/b/\u{7}", b"x").name, "unnamed");
    assert_eq!(read(&"n".repeat(1000), b"x").name.len(), 255);
}

#[test]
fn a_page_named_otherwise_is_read_as_a_page() {
    let imported = read("page.txt", b"<!-- saved --><!DOCTYPE html><title>T</title><p>Hello <b>there</b>");
    assert_eq!((imported.kind, imported.text.as_str(), imported.title.as_str()), (Kind::Html, "Hello there", "T"));
    assert!(imported.notes[0].contains("web page"));
    let imported = read("page.html", b"no tags, 1 < 2\nat all");
    assert_eq!((imported.kind, imported.text.as_str()), (Kind::Plain, "no tags, 1 < 2\nat all"));
    assert_eq!(read("view.vue", b"<html><p>x</p></html>").kind, Kind::Code);
    assert_eq!(read("README.md", b"<p align=center>x</p>\n\n# T").kind, Kind::Markdown);
}

#[test]
fn markdown_headings_are_found_outside_code() {
    let source = "---\ntitle: \"Front *matter*\"\nx: 1\n---\n# One\ntext\n\n```sh\n# not one\n```\n## Two ##\nSetext\n===\n\n- item\n---\n    # code\n#hashtag\n";
    let imported = read("a.md", source.as_bytes());
    assert_eq!(imported.text, source);
    assert_eq!(headings(&imported), [("One", 1), ("Two", 2), ("Setext", 1)]);
    assert_eq!(imported.title, "Front *matter*");
    assert_eq!(read("b.md", b"intro\n\n# The `big` [link](http://x) title\n").title, "The big link title");
}

#[test]
fn plain_text_headings_are_underlined_or_capitals() {
    let imported =
        read("a.txt", b"Guide\n=====\n\nText here.\n\nINSTALLING IT\n\nMore. NOT THIS\n\nSHOUTING!\n\nx\n-\n");
    assert_eq!(headings(&imported), [("Guide", 1), ("INSTALLING IT", 2)]);
}

#[test]
fn a_page_becomes_what_a_reader_sees() {
    let page = "<!doctype html><html><head><title> The  page </title><style>p{}</style></head><body>\
        <nav><ul><li>Menu</li></ul></nav><main><h1>Big&nbsp;<i>title</i></h1>\
        <p>One &amp; two<br>three &lt;3.<p>Unclosed\n   paragraph</p><script>if (a<b) x('</p>')</script>\
        <ul><li>a<li>b <ol><li>c</li><li>d</ol></ul>\
        <h2>Data</h2><table><tr><th>k<th>v</tr><tr><td><p>x</p></td><td></td><td>y</td></tr></table>\
        <pre>\n  code\n    here</pre><p hidden>no</p><div style=\"display: none\">no</div><aside>remark</aside></main>\
        <aside>ad</aside><footer>imprint</footer></body>";
    let imported = read("a.html", page.as_bytes());
    assert_eq!(
        imported.text,
        "Big title\n\nOne & two\nthree <3.\n\nUnclosed paragraph\n\n- a\n- b\n  1. c\n  2. d\n\nData\n\nk | v\nx | | y\n\n  code\n    here\n\nremark"
    );
    assert_eq!(headings(&imported), [("Big title", 1), ("Data", 2)]);
    assert_eq!(imported.title, "The page");
}

#[test]
fn a_page_that_is_all_navigation_is_read_whole() {
    let items: String = (0..40).map(|n| format!("<li><a href=#{n}>Entry number {n}</a></li>")).collect();
    let imported = read("a.html", format!("<html><body><nav><ul>{items}</ul></nav></body>").as_bytes());
    assert!(imported.text.contains("Entry number 39"));
}

#[test]
fn hostile_pages_end_in_time() {
    let deep = "<div>".repeat(200_000) + "deep" + &"</div>".repeat(200_000);
    assert_eq!(read("a.html", deep.as_bytes()).text, "deep");
    let lists = "<ul><li>".repeat(50_000) + "x";
    assert!(read("a.html", lists.as_bytes()).text.ends_with('x'));
    let attributes = format!("<p {}>text</p>", (0..200_000).map(|n| format!("a{n}=b ")).collect::<String>());
    assert_eq!(read("a.html", attributes.as_bytes()).text, "text");
    let unclosed = "<p>a".to_owned() + &"<td>".repeat(200_000) + "b";
    assert!(read("a.html", unclosed.as_bytes()).text.ends_with('b'));
    let brackets = "x ".to_owned() + &"<".repeat(500_000);
    assert!(read("a.html", format!("<html>{brackets}").as_bytes()).text.len() > 400_000);
    let markdown = "[".repeat(300_000);
    assert_eq!(headings(&read("a.md", format!("# {markdown}\n").as_bytes())).len(), 1);
}

#[test]
fn the_same_bytes_have_the_same_hash() {
    assert_eq!(read("a.txt", b"x").sha256, read("b.md", b"x").sha256);
    assert_ne!(read("a.txt", b"x").sha256, read("a.txt", b"y").sha256);
}

fn check(name: &str, bytes: &[u8]) {
    read_all(name, bytes);
}

proptest! {
    #[test]
    fn any_bytes_under_any_name(bytes in proptest::collection::vec(any::<u8>(), 0..300), name in any::<String>()) {
        check(&name, &bytes);
    }

    #[test]
    fn any_soup_of_tags(parts in proptest::collection::vec(prop_oneof![
        "</?(p|div|ul|ol|li|table|tr|td|pre|h1|h3|nav|aside|article|br|title|script|style|svg|b)( hidden| role=navigation)?/?>",
        "[a-z &;<>é\n\t\"'=-]{0,12}",
        Just("<!--".to_owned()), Just("-->".to_owned()), Just("<![CDATA[".to_owned()), Just("&nbsp;&#0;&#x1F600;&lt".to_owned()),
    ], 0..60)) {
        check("a.html", format!("<html>{}", parts.concat()).as_bytes());
    }

    #[test]
    fn any_markdown(text in "(?s)([#=`~ >|\\-a-zé\r\n\t\\[\\]()0-9.]|---\n|```\n){0,120}") {
        check("a.md", text.as_bytes());
        check("a.txt", text.as_bytes());
    }
}
