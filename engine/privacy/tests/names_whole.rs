//! Names, firms, dates and addresses are found whole: with all that belongs to them and nothing else.
//!
//! The gazetteer is the one that `cargo xtask models` makes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "common/gazetteer.rs"]
mod gazetteer;

use conclave_privacy::Redactor;
use conclave_privacy::names::Gazetteer;
use conclave_protocol::Category;

fn redactor() -> Redactor {
    Redactor::new().unwrap().with_gazetteer(Gazetteer::from_bytes(gazetteer::bytes()).unwrap())
}

/// `{...}` marks what must be found; whatever it is, it must be found whole, and nothing else.
fn check(redactor: &Redactor, marked: &str) {
    let text = marked.replace(['{', '}'], "");
    let found = redactor.find(&text).unwrap();
    let mut shown = String::new();
    let mut from = 0;
    for find in &found {
        shown.push_str(&text[from..find.span.start]);
        shown.push('{');
        shown.push_str(&text[find.span.start..find.span.end]);
        shown.push('}');
        from = find.span.end;
    }
    shown.push_str(&text[from..]);
    assert_eq!(shown, marked);
}

#[test]
fn initials_and_given_names_in_two_parts_belong_to_a_name() {
    let redactor = redactor();
    for marked in [
        "{A. Thornbury} signed the lease.",
        "The form was signed by {I. B. Thornbury} yesterday.",
        "{J.A. Okonkwo} chaired the session.",
        "My teacher is {Seo-yeon Kang}.",
        "{Ben Whitfield} lives in {Leeds}.",
        "Dear {Mr.} {Harold Finch III},",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn a_surname_before_the_given_name_is_one_name() {
    let redactor = redactor();
    for marked in [
        "Patient: {Kowalczyk, Agnieszka}",
        "File of {Pemberton, L.}: closed",
        // These are several persons.
        "{Agnieszka}, {Benedict} and {Camilla} came.",
        "Present: {Agnieszka Nowak}, {Henrik Solberg}",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn what_somebody_does_is_no_part_of_a_name() {
    let redactor = redactor();
    for marked in ["Driver {Agnieszka Nowak} was late.", "My lawyer, {Henrik Solberg}, of {Solberg & Partners} called."]
    {
        check(&redactor, marked);
    }
}

#[test]
fn firms_are_found_with_all_surnames_and_their_legal_form() {
    let redactor = redactor();
    for marked in [
        "We hired {Whitaker, Delgado and Huang} last year.",
        "The invoice is from {Whitaker, Delgado & Huang LLP}.",
        "She works for {Nakamura & Sons}.",
        "The invoice is from {Kowalczyk Sp. z o.o.}, due now.",
        "He was taken to {Leeds Royal Infirmary}.",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn written_dates_are_found_with_day_of_the_week_and_time() {
    let redactor = redactor();
    for marked in [
        "My lease ends on {Sunday, 8 November 2017}.",
        "She pays the rent by {April 28th}.",
        "{Philippa} was seen on {3rd of May 2019}, then no more.",
        "I was employed since {October 2004}.",
        "She logged in at {2025-11-11 02:16:26Z} as {Agnieszka Nowak}.",
        // No dates of anybody.
        "We may march 3 miles in may.",
        "as ISO 8601 says, [2025-11-11 02:16:26] started",
        "Released 2025-11-11 with fixes.",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn ages_stand_in_brackets_and_in_words() {
    let redactor = redactor();
    for marked in [
        "My daughter {Philippa} ({9}) loves it.",
        "{Henrik Solberg}, {forty-two}, of {Leeds}, was fined.",
        "My wife ({34}F) and I",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn addresses_are_found_to_the_postal_code_and_the_country() {
    let redactor = redactor();
    for marked in [
        "I live at {735 Larkspur Manor Suite 193, Thistlemouth, TN 53750}.",
        "Send it to {1738 Orchard Court, Guelph, ON N1G 4M9}. Thanks!",
        "Send it to {66 Orchard Gardens, Larkspurville, Kent, N4 2RA}; ring twice.",
        "Post it to {42/18, Lake Road, Kottayam - 622509, India}.",
        "Post it to {H.No. 79, Lake Road, Kottayam 622509}.",
        "Er wohnt in der {Lindenallee 8/5, 79942 Neustadt am Kulm}.",
        "Our new house is at {Linnlaan 512, 6330KZ Darp}.",
        "She moved to {12 rue Berthelot, 13889 Pires-les-Bains}.",
        // No addresses.
        "In 2019, Wall Street fell.",
        "We planted 12 Green Hills trees.",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn what_only_words_around_it_say_is_never_certain() {
    let redactor = redactor();
    let text = "My name is Agnieszka Nowak and I live in Leeds. Dear Mr. Henrik Solberg, my name is Philippa Whitaker.";
    let found = redactor.find(text).unwrap();
    let names = found.iter().filter(|find| matches!(find.category, Category::Person | Category::Location));
    let scores: Vec<f32> = names.map(|find| find.score).collect();
    assert!(scores.len() >= 4, "{scores:?}");
    assert!(scores.iter().all(|score| *score > 0.5 && *score < 0.98), "{scores:?}");
}

#[test]
fn what_no_name_is_written_like_is_left() {
    let redactor = redactor();
    for marked in [
        "Signed by {Henry Fairbanks} for glpat-XXXXXXXXXXX-XXXXXXXX",
        "Dear Fairbanksfairbanksfairbanksfairbanks, the bus is late.",
        "Yesterday Hannahhh came by with {Henry Fairbanks}.",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn when_a_message_was_written_stays_and_who_wrote_it_is_found() {
    let redactor = redactor();
    for marked in [
        "12/05/2023, 14:32 - {Ann Lee}: hello\n12/05/2023, 14:33 - {Bob Hill}: I was born on {03/04/1985}",
        "[12.05.23, 14:32:10] {Ann Lee}: hello there",
        "{Ann Lee}, [12.05.2023 14:32]\nhello {Bob}",
        "{Ann Lee} — 05/12/2023 2:32 PM\nhello",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn projects_and_parts_of_other_names_are_left() {
    let redactor = redactor();
    for marked in [
        "We call it Project Heron and Operation Falcon.",
        "cosh(z) = 1/2 (exp(z) + exp(-z))",
        "The card says {05/21} and the first 1/2 is a half.",
    ] {
        check(&redactor, marked);
    }
    for text in ["under the GNU General Public License", "set in MS Gothic"] {
        let found = redactor.find(text).unwrap();
        assert!(found.iter().all(|find| find.category != Category::Title), "{found:?}");
    }
}

#[test]
fn ages_in_notes_of_doctors_are_found() {
    let redactor = redactor();
    for marked in [
        "{45}F with chest pain.",
        "Patient {55}M, admitted on Friday.",
        "A {45}-year-old came, {30} y.o., aged {45}.",
        "It grew to 45M with 50M users and 10F degrees.",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn a_name_has_its_article_and_a_day_has_none() {
    let redactor = redactor();
    for marked in [
        "Ask {Ahmed El-Sayed} or {Omar al-Rashid} about it.",
        "Dear {Ahmed El-Sayed},\n\nplease call me.",
        "The meeting is Tuesday at 3 pm in the {London} office.",
        "{Sunday Okafor} called.",
    ] {
        check(&redactor, marked);
    }
}

#[test]
fn an_institution_is_named_with_its_saint_and_its_kind() {
    let redactor = redactor();
    for marked in [
        "I was treated at {St Thomas' Hospital} in May.",
        "She works at {St. Bartholomew's Community Hospital} as a nurse.",
    ] {
        check(&redactor, marked);
    }
}
