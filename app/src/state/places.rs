//! Where something stands in a document, in words.

use conclave_protocol::Passage;
use conclave_protocol::imported::{Kind, Place};

/// A place as its own program names it: `page 3`, `row 12`, `at 00:03:12`; the line where the file has no places.
#[must_use]
pub fn place_words(place: Option<Place>, line: u32) -> String {
    match place {
        Some(Place::Page(number)) => format!("page {number}"),
        Some(Place::Slide(number)) => format!("slide {number}"),
        Some(Place::Chapter(number)) => format!("chapter {number}"),
        Some(Place::Row { row, .. }) => format!("row {row}"),
        Some(Place::Message(number)) => format!("message {number}"),
        Some(Place::Cue(ms)) => {
            let seconds = ms / 1_000;
            format!("at {:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        }
        None => format!("line {line}"),
    }
}

/// Under which headings a passage stands, and where: `Care › Filter, page 3`. A workbook's sheets are its headings.
#[must_use]
pub fn origin_words(passage: &Passage) -> String {
    let place = place_words(passage.place, passage.line);
    let headings = passage.above.iter().chain(std::iter::once(&passage.heading));
    // The title stands before it already.
    let path: Vec<&str> = headings
        .map(|heading| heading.trim())
        .filter(|heading| !heading.is_empty() && *heading != passage.title)
        .collect();
    if path.is_empty() { place } else { format!("{}, {place}", path.join(" › ")) }
}

/// What people call a kind of document.
#[must_use]
pub const fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Plain => "Text",
        Kind::Markdown => "Markdown",
        Kind::Html => "Web page",
        Kind::Code => "Code",
        Kind::Data => "Data",
        Kind::Table => "Table",
        Kind::Pdf => "PDF",
        Kind::Word => "Text document",
        Kind::Slides => "Slides",
        Kind::Book => "Book",
        Kind::Mail => "Mail",
        Kind::Chat => "Chat",
        Kind::Subtitles => "Subtitles",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::passage;
    use super::*;

    #[test]
    fn a_place_is_named_as_its_program_does() {
        let words = |place| place_words(Some(place), 7);
        assert_eq!(place_words(None, 7), "line 7");
        assert_eq!(words(Place::Page(3)), "page 3");
        assert_eq!(words(Place::Row { sheet: 2, row: 12 }), "row 12");
        assert_eq!(words(Place::Cue(3_792_999)), "at 01:03:12");
    }

    #[test]
    fn headings_are_a_path_that_does_not_repeat_the_title() {
        let mut found = passage("Two years.");
        assert_eq!(origin_words(&found), "line 1");
        found.heading = "Filter".into();
        found.above = vec!["Document d".into(), "Care".into()];
        found.place = Some(Place::Page(3));
        assert_eq!(origin_words(&found), "Care › Filter, page 3");
    }
}
