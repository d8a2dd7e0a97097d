use conclave_protocol::ProblemCode;
use conclave_protocol::imported::{Kind, Outcome, Place};

use crate::testing::pdf::{after, document, file, lines, stream};
use crate::testing::{headings, places, read, read_all, refused};

/// Two columns of prose under a title.
fn columns() -> String {
    let mut all = vec![(72, 780, 20, "Harbour fees of the northern coast")];
    let left = [
        "Ships longer than sixty metres",
        "need a pilot on every voyage in",
        "and out of the harbour, and pay",
        "a fee for each of them.",
    ];
    let right = [
        "Fishing boats pay half of what",
        "other ships pay. A ship that",
        "leaves on the day it came pays",
        "nothing at all for the berth.",
    ];
    for (index, (left, right)) in left.iter().zip(right).enumerate() {
        let y = 720 - 14 * u32::try_from(index).unwrap();
        all.extend([(72, y, 10, *left), (320, y, 10, right)]);
    }
    lines(&all)
}

#[test]
fn pages_have_places_and_columns_their_order() {
    let second = lines(&[(72, 780, 10, "The second page."), (72, 766, 10, "It has two lines.")]);
    let imported = read("fees.pdf", &document(&[columns(), second], "", "", &[]));
    let at = |words: &str| imported.text.find(words).unwrap_or_else(|| panic!("{words}: {}", imported.text));
    assert!(at("fee for each") < at("Fishing boats"), "{}", imported.text);
    assert!(at("berth") < at("The second page"));
    assert_eq!(places(&imported)[0].0, Place::Page(1));
    assert_eq!(places(&imported)[1], (Place::Page(2), "The second page."));
    assert_eq!((imported.title.as_str(), imported.kind), ("Harbour fees of the northern coast", Kind::Pdf));
}

#[test]
fn title_date_and_outline_come_from_the_file() {
    let pages: Vec<String> = ["1 Introduction", "2 The tide", "3 Ebb"]
        .iter()
        .map(|head| lines(&[(72, 780, 14, head), (72, 750, 10, "Some words of the chapter stand here.")]))
        .collect();
    let first = after(3);
    let more = [
        "<< /Title (Of tides) /ModDate (D:20240301102205Z) >>".to_owned(),
        format!("<< /First {} 0 R >>", first + 2),
        format!("<< /Title (Introduction) /Next {} 0 R >>", first + 3),
        // The child's next one is its parent: a circle.
        format!("<< /Title <FEFF0054006800650020007400690064 0065> /First {} 0 R >>", first + 4),
        format!("<< /Title (Ebb) /Next {} 0 R >>", first + 3),
    ];
    let imported =
        read("x.pdf", &document(&pages, &format!("/Outlines {} 0 R", first + 1), &format!("/Info {first} 0 R"), &more));
    assert_eq!((imported.title.as_str(), imported.date_ms), ("Of tides", Some(1_709_288_525_000)));
    assert_eq!(headings(&imported), [("1 Introduction", 1), ("2 The tide", 1), ("3 Ebb", 2)]);
}

#[test]
fn a_title_of_two_lines_is_read_line_by_line() {
    // Word by word, and in columns: the second line stands under the middle of the first.
    let title = [
        (72, 780, 20, "Harbour fees"),
        (230, 780, 20, "of the northern"),
        (400, 780, 20, "coast and of"),
        (230, 756, 20, "the islands"),
    ];
    let body =
        (0..12).map(|line| (72, 700 - 12 * line, 10, "Ships longer than sixty metres need a pilot on every voyage."));
    let page = lines(&title.into_iter().chain(body).collect::<Vec<_>>());
    let imported = read("fees.pdf", &document(&[page], "", "", &[]));
    assert_eq!(imported.title, "Harbour fees of the northern coast and of the islands");
}

#[test]
fn pages_without_text_are_told() {
    let drawing = "0 0 100 100 re f".to_owned();
    let problem = refused("scan.pdf", &document(&[drawing.clone(), drawing.clone()], "", "", &[]));
    assert_eq!(problem.code, ProblemCode::NoTextLayer);
    assert!(problem.what.contains("2 pages"), "{}", problem.what);
    let words = lines(&[(72, 700, 10, "One page has words.")]);
    let imported = read("half.pdf", &document(&[words, drawing], "", "", &[]));
    assert_eq!(imported.notes, ["1 of 2 pages have no text; what is on them as a picture cannot be found."]);
    assert_eq!(imported.anchors.len(), 2);
}

#[test]
fn a_file_that_breaks_off_gives_what_is_left_or_says_that_it_is_damaged() {
    let words = lines(&[(72, 700, 10, "Words of a page.")]);
    let whole = document(&[words.clone(), words], "", "", &[]);
    for end in [whole.len() - 40, whole.len() - 200, whole.len() / 2] {
        let (documents, report) = read_all("a.pdf", &whole[..end]);
        match report.outcome {
            Outcome::Refused(problem) => assert_eq!(problem.code, ProblemCode::DamagedFile),
            Outcome::Partial(why) => {
                assert!(why.contains("list of its parts") || why.contains("1 of 2 pages"), "{why}");
                assert!(documents[0].text.contains("Words of a page"));
            }
            Outcome::Ok => panic!("nothing is said of {end} bytes"),
        }
    }
    assert_eq!(refused("a.pdf", b"%PDF-1.7\nnothing at all").code, ProblemCode::DamagedFile);
    assert_eq!(refused("a.txt", b"%PDF-1.4\n%%EOF").code, ProblemCode::DamagedFile);
}

#[test]
fn a_locked_file_is_refused_as_locked() {
    let words = lines(&[(72, 700, 10, "Secret.")]);
    let key = "41".repeat(32);
    let lock = format!("<< /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >>");
    let at = after(1);
    let trailer = format!("/Encrypt {at} 0 R /ID [<41> <41>]");
    assert_eq!(refused("a.pdf", &document(&[words], "", &trailer, &[lock])).code, ProblemCode::Encrypted);
}

#[test]
fn circles_of_every_kind_end() {
    // Pages that are their own parents, contents that are themselves, forms that show themselves.
    let tree = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 2147483647 /Kids [2 0 R 3 0 R] >>".to_owned(),
        "<< /Type /Pages /Parent 3 0 R /Count 9 /Kids [2 0 R 3 0 R] >>".to_owned(),
    ];
    assert_eq!(refused("a.pdf", &file(&tree, "")).code, ProblemCode::Harmful);
    let form = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents [4 0 R 4 0 R 6 0 R] /Resources << /XObject << /X 5 0 R >> >> >>".to_owned(),
        stream("", "/X Do /X Do"),
        stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>", "/X Do /X Do"),
        "6 0 R".to_owned(),
    ];
    ends(&file(&form, "/Prev 9 /Info 6 0 R"));
    let reference = ["2 0 R".to_owned(), "1 0 R".to_owned()];
    ends(&file(&reference, ""));
    let deep =
        ["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), format!("{}{}", "[".repeat(20_000), "]".repeat(20_000))];
    assert_eq!(refused("a.pdf", &file(&deep, "")).code, ProblemCode::Harmful);
}

/// Reads a file that means harm: what comes of it is its own matter, but it comes soon, on a busy machine too.
fn ends(bytes: &[u8]) {
    let start = std::time::Instant::now();
    read_all("a.pdf", bytes);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Found by the fuzz test (`CONCLAVE_FUZZ_SEED=100661`): the reader cut the header of an object inside a character.
#[test]
fn a_header_with_a_byte_that_is_no_text_breaks_nothing() {
    let mut bytes = document(&[lines(&[(72, 700, 10, "Words of a page.")])], "", "", &[]);
    let at = bytes.windows(8).position(|window| window == b"\n2 0 obj").unwrap();
    bytes[at + 2] = 0xff;
    ends(&bytes);
}

#[test]
fn two_thousand_pages_are_read() {
    let pages: Vec<String> = (1..=2_000)
        .map(|n| lines(&[(72, 700, 10, &format!("Page {} tells of matter {n}.", "x".repeat(n % 7)))]))
        .collect();
    let imported = read("long.pdf", &document(&pages, "", "", &[]));
    assert_eq!(imported.anchors.len(), 2_000);
    assert!(imported.text.contains("of matter 2000."));
}
