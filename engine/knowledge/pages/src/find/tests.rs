use proptest::prelude::*;

use super::*;

/// Lines of letters, each a hundredth of the page wide and two high; the first line at the top.
fn page(lines: &[&str]) -> Vec<Letter> {
    let line = |(row, line): (usize, &&str)| -> Vec<Letter> {
        let letter = |(column, c): (usize, char)| {
            let (left, top) = (column as f64 / 100.0, row as f64 * 0.03);
            Letter { text: c.to_string(), place: Rect::new(left, top, left + 0.01, top + 0.02), is_down: false }
        };
        line.chars().enumerate().map(letter).collect()
    };
    lines.iter().enumerate().flat_map(line).collect()
}

fn cited(text: &str, before: &str, after: &str) -> Cited {
    Cited { text: text.into(), before: before.into(), after: after.into() }
}

/// Rows and columns of what was found: first column, row, columns.
fn places(found: &CitedOnPage) -> Vec<(i32, i32, i32)> {
    let CitedOnPage::Found { rects, .. } = found else { return Vec::new() };
    let round = |value: f32| value.round() as i32;
    rects.iter().map(|r| (round(r.left * 100.0), round(r.top / 0.03), round(r.width * 100.0))).collect()
}

#[test]
fn words_are_found_over_line_ends_hyphens_and_ligatures() {
    let letters = page(&["The o\u{fb03}ce pays for", "trans-", "portation and meals."]);
    let found = find(&cited("office pays for\ntransportation and", "The ", " meals."), &letters);
    assert_eq!(places(&found), [(4, 0, 13), (0, 1, 6), (0, 2, 13)]);
    assert!(matches!(found, CitedOnPage::Found { is_whole: true, .. }));
}

#[test]
fn of_the_same_words_at_several_places_those_with_the_same_surroundings_are_marked() {
    let letters = page(&["The warranty lasts for two years.", "The filter lasts for two years."]);
    let words = "lasts for two years";
    assert_eq!(places(&find(&cited(words, "The filter ", "."), &letters)), [(11, 1, 19)]);
    assert_eq!(places(&find(&cited(words, "The warranty ", "."), &letters)), [(13, 0, 19)]);
    assert_eq!(find(&cited(words, "", ""), &letters), CitedOnPage::NotFound, "either could be meant");
    let three = page(&["x lasts for two years", "y lasts for two years", "z lasts for two years"]);
    assert_eq!(find(&cited(words, "q ", ""), &three), CitedOnPage::NotFound);
    assert_eq!(places(&find(&cited(words, "z ", ""), &three)), [(2, 2, 19)]);
}

#[test]
fn places_that_overlap_are_told_from_each_other() {
    let row = ["10"; 11].join(" ");
    let letters = page(&[&row, "Sum 110"]);
    let (first, last) = (["10"; 3].join(" "), ["10"; 8].join(" "));
    assert_eq!(places(&find(&cited(&last, &first, "\nSum 110"), &letters)), [(9, 0, 23)]);
    assert_eq!(places(&find(&cited(&last, "", &first), &letters)), [(0, 0, 23)]);
    // Two values before and one behind them stand around the third place.
    assert_eq!(places(&find(&cited(&last, "10 10", "10\nSum"), &letters)), [(6, 0, 23)]);
    assert_eq!(find(&cited(&last, "", ""), &letters), CitedOnPage::NotFound, "any of four could be meant");
    let all: Vec<Range<usize>> = occurrences("aabaabaa", "aabaa").collect();
    assert_eq!(all, [0..5, 3..8]);
    assert_eq!(occurrences("éé", "é").collect::<Vec<_>>(), [0..2, 2..4]);
    assert_eq!(occurrences("anything", "").count(), 0);
}

#[test]
fn a_page_that_repeats_itself_is_given_up_in_time() {
    let letters = page(&vec!["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; 1_000]);
    let words = vec!["aaaaaaaaaaaaaaaaaaaa"; 400].join("\n");
    // Compared at each of its places it takes minutes.
    let began = std::time::Instant::now();
    assert_eq!(find(&cited(&words, &"a".repeat(200), &"a".repeat(200)), &letters), CitedOnPage::NotFound);
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

#[test]
fn short_words_inside_others_are_not_marked() {
    let letters = page(&["northern notes"]);
    assert_eq!(find(&cited("north", "the far ", " is cold"), &letters), CitedOnPage::NotFound);
    assert_eq!(places(&find(&cited("notes", "northern ", ""), &letters)), [(9, 0, 5)]);
}

#[test]
fn other_words_are_never_marked() {
    let letters = page(&["The fee is 120 euros a month."]);
    for other in ["The fee is 130 euros a month.", "the fees are 120 euros", "", " -\n"] {
        assert_eq!(find(&cited(other, "", ""), &letters), CitedOnPage::NotFound, "{other}");
    }
    assert_eq!(find(&cited("anything", "", ""), &[]), CitedOnPage::NotFound);
}

#[test]
fn a_page_that_draws_its_lines_in_another_order_is_read_from_the_top() {
    let mut letters = page(&["The first line begins", "and the second ends."]);
    letters.rotate_left(21);
    let found = find(&cited("line begins\nand the second", "The first ", " ends."), &letters);
    assert_eq!(places(&found), [(10, 0, 11), (0, 1, 14)]);
}

#[test]
fn lines_with_something_between_them_are_marked_one_by_one_and_said_to_be() {
    let letters = page(&["A sentence that goes", "RUNNING HEAD 17", "on over the page’s end"]);
    let found = find(&cited("A sentence that goes\non over the page’s end", "", ""), &letters);
    assert_eq!(places(&found), [(0, 0, 20), (0, 2, 22)]);
    assert!(matches!(found, CitedOnPage::Found { is_whole: true, .. }));
    let found = find(&cited("A sentence that goes\non and on", "", ""), &letters);
    assert!(matches!(found, CitedOnPage::Found { is_whole: false, .. }), "{found:?}");
    let found = find(&cited("A sentence that goes\nsomewhere else where nobody has ever been", "", ""), &letters);
    assert_eq!(found, CitedOnPage::NotFound, "most of it is not here");
}

#[test]
fn columns_are_not_joined_to_one_box() {
    let letters = page(&["left ends     right begins"]);
    let found = find(&cited("left ends right begins", "", ""), &letters);
    assert_eq!(places(&found), [(0, 0, 9), (14, 0, 12)]);
}

proptest! {
    #[test]
    fn what_is_marked_is_always_the_place_of_the_words(
        lines in prop::collection::vec("[ab é-]{1,30}", 1..8), from in 0usize..60, len in 1usize..60,
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let letters = page(&lines);
        let text: Vec<char> = lines.join("\n").chars().collect();
        let (from, to) = (from.min(text.len()), (from + len).min(text.len()));
        let part = |range: Range<usize>| text[range].iter().collect::<String>();
        let wanted = cited(&part(from..to), &part(0..from), &part(to..text.len()));
        let found = find(&wanted, &letters);
        // Where each letter stands in the text: line ends are none.
        let at = text.iter().enumerate().filter(|(_, c)| **c != '\n').map(|(at, _)| at);
        let seen = letters.iter().zip(at).filter(|(letter, _)| !folded(&letter.text).is_empty());
        if let CitedOnPage::Found { rects, is_whole } = &found {
            let is_in = |letter: &Letter| rects.iter().any(|r| {
                let centre = letter.place.center();
                (r.left..=r.left + r.width).contains(&(centre.x as f32)) && (r.top..=r.top + r.height).contains(&(centre.y as f32))
            });
            for (letter, at) in seen {
                let (is_cited, is_marked) = ((from..to).contains(&at), is_in(letter));
                prop_assert!(is_cited || !is_marked, "{} at {at} is marked", letter.text);
                prop_assert!(is_marked || !is_cited || !is_whole, "{} at {at} is not", letter.text);
            }
        } else {
            // With all that stands around them there are no two places of the same words: only too few letters are not marked.
            let around = folded(&wanted.before).chars().count() + folded(&wanted.after).chars().count();
            let words = folded(&wanted.text).chars().count();
            prop_assert!(words == 0 || (words < SHORT && around < CONTEXT_MIN), "{words} letters with {around} around them");
        }
    }

    #[test]
    fn every_occurrence_is_found(text in "[abé]{0,40}", words in "[abé]{1,5}") {
        let all = text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(&words));
        let found = occurrences(&text, &words).map(|place| place.start);
        prop_assert_eq!(found.collect::<Vec<_>>(), all.collect::<Vec<_>>());
    }
}
