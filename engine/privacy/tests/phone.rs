//! Telephone numbers of many countries are found whole, and the numbers of daily life are left alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use conclave_privacy::{Hints, Redactor, Rules};
use conclave_protocol::Category;
use proptest::prelude::*;

use common::parse;

fn phones(text: &str, hints: &Hints) -> Vec<(usize, usize)> {
    let found = Redactor::new().unwrap().find_by(text, &Rules::near(*hints)).unwrap();
    found
        .iter()
        .filter(|finding| finding.category == Category::Phone)
        .map(|finding| (finding.span.start, finding.span.end))
        .collect()
}

fn check(examples: &[&str], hints: &Hints) {
    let wrong: Vec<String> = examples
        .iter()
        .filter_map(|marked| {
            let (text, expected) = parse(marked);
            let found = phones(&text, hints);
            (found != expected).then(|| format!("{marked:?} gave {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn international_numbers_are_found_whole() {
    check(
        &[
            "Call {+1 415 555 2671} now",
            "{+1 (415) 555-2671}",
            "{+1-415-555-2671 ext. 12}, please",
            "{+14155552671x89}",
            "tel:{+1-201-555-0123;ext=12}",
            "<tel:{+442079460958}>",
            "{+49 (0)171 1234567}",
            "{+49 (0) 30 / 12345678}",
            "{(+49) 171 1234567}",
            "{(+44) (0)20 7946 0958}",
            "{+44 020 7946 0958}",
            "{＋81 3-1234-5678}",
            "{0049 171 1234567}",
            "{00491711234567}",
            "{011 44 20 7946 0958}",
            "{001-555-123-4567}",
            "{+33 6 12 34 56 78}, {+44 20 7946 0958}",
            "{+33 6 12 34 56 78} / {+33 1 23 45 67 89}",
            "tel:{+8613812345678}",
            "mobile:{+5511912345678}.",
            "{+33.612345678}",
            "{+358 9 1234567}",
            "{+971 50 123 4567}",
            "{+7 (912) 345-67-89}",
            "{+376 312 345}",
            "{+49 30 12345678} - 12 persons",
            "{+34 (0) 612 345 678}",
            "{+290 51234}",
            "{+800 1234 5678}",
            "(fax {+41 44 668 18 01})",
            "“{+39 06 6982}”",
        ],
        &Hints::default(),
    );
}

#[test]
fn national_numbers_are_told_by_their_form() {
    check(
        &[
            "{(415) 555-2671}",
            "{415-555-2671 ext. 9}",
            "or {415.555.2671} in the morning",
            "{1-800-555-0199}",
            "{020 7946 0958}",
            "{(020) 7946 0958}",
            "ask {07911 123456} then",
            "ask {07911123456} then",
            "{06 12 34 56 78}",
            "{06.12.34.56.78}",
            "Büro {0171-1234567}, bitte",
            "Büro {030/1234567}, bitte",
            "{(02) 9876 5432}",
            "{(11) 91234-5678}",
            "{(11) 3456-7890}",
            "{8 (912) 345-67-89}",
            "{98765 43210}",
            "{138 1234 5678}",
            "bei {0532 123 45 67} oder",
            "{03-1234-5678} まで",
            "{0700 1234 5678}",
            "{0821 1234 1234}",
        ],
        &Hints::default(),
    );
}

#[test]
fn words_beside_a_number_tell_it() {
    check(
        &[
            "my cell: {4155552671}",
            "phone 1: {5551234}",
            "phone={4155552671}",
            "\"phoneNumber\": \"{4155552671}\"",
            "Telefon {12345678}",
            "Teléfono: {612345678}",
            "Tél. {612345678}",
            "Тел.: {495 123-45-67}",
            "電話番号は{312345678}です",
            "電話:{0312345678}",
            "طلب هاتف {501234567}",
            "Telefono: {333 1234567}",
            "tlf. {22 12 34 56}",
            "Tel: {22158}",
            "{4155552671} (mobile)",
            "Call {4155552671} tonight",
            "WhatsApp {91234567}",
        ],
        &Hints::default(),
    );
}

#[test]
fn a_number_that_stands_alone_is_one() {
    check(
        &[
            "{4155552671}",
            "{0612345678}",
            "{447911123456}",
            "{51234567}",
            "name,phone\nJane,{07911123456}\n",
            "Jane\t{447911123456}\tBath",
        ],
        &Hints::default(),
    );
}

#[test]
fn hints_tell_national_numbers() {
    let cases = [
        ("ES", "escríbeme al {612 345 678} mañana"),
        ("ES", "escríbeme al {612345678} mañana"),
        ("DK", "skriv til {20 12 34 56} i morgen"),
        ("SG", "at {8123 4567} today"),
        ("HU", "a {06 20 123 4567} számon"),
        ("RU", "на {89123456789} завтра"),
        ("AU", "on {1300 123 456} today"),
        ("BY", "на {8 0152 45-09-11} завтра"),
        ("FK", "{51234}"),
        ("IT", "al {02 3661 8300} domani"),
    ];
    for (region, example) in cases {
        let hints = Hints::default().with_region(region);
        check(&[example], &hints);
    }
    // The same without the region, or with one that has no such numbers.
    assert!(phones("skriv til 20 12 34 56 i morgen", &Hints::default()).is_empty());
    assert!(phones("skriv til 20 12 34 56 i morgen", &Hints::default().with_region("US")).is_empty());
    // A hint makes no telephone number of an order.
    assert!(phones("order 81234567", &Hints::default().with_region("SG")).is_empty());
    // The same digits are one where nothing speaks against it, and an amount is none.
    assert!(!phones("at 81234567", &Hints::default().with_region("SG")).is_empty());
    assert!(phones("costó 612.345.678 en total", &Hints::default().with_region("ES")).is_empty());
    assert!(phones("population 612 345 000", &Hints::default().with_region("ES")).is_empty());
}

/// Numbers that people and programs write, none of which rings.
const NOT_PHONES: &[&str] = &[
    // Dates and times.
    "on 2024-05-17 12:30",
    "17.05.2024",
    "05/17/2024",
    "17 05 2024",
    "20240517",
    "20240517T123000Z",
    "2024-05-17T12:30:45.123456+02:00",
    "09:30-11:15",
    "from 0800 0930 1100",
    "1FD3; 1FD3; 0399 0308 0301; 0399 0308 0301; # Greek",
    "1998-2003",
    "UTC+0530",
    // Times in seconds and milliseconds.
    "1700000000",
    "1700000000000",
    "ts=1716912345678",
    "took 12345678 ns",
    // Versions, addresses, paths.
    "v2.10.3-0041",
    "version 10.0.19045.4291",
    "Chrome/120.0.6099.110",
    "01.02.03.04",
    "192.168.100.200",
    "https://example.com/item/4155552671",
    "https://example.com/?id=0612345678",
    "/var/log/0612345678.log",
    "https://example.com//0612345678 and C:\\0612345678",
    "file_0612345678",
    "img-20240517-123456",
    "commit 0612345678",
    // Decimal numbers, coordinates, prices, sums.
    "3.14159265358979",
    "0.0612345678",
    "48.8566 2.3522",
    "48.85661400, 2.35222190",
    "+48.8566+002.3522/",
    "-33.8688 151.2093",
    "$1,234,567.89",
    "1.234.567,89 EUR",
    "1 234 567 890",
    "12 345 678",
    "5+12345678",
    "+123",
    "+5 points, +12 more",
    "a + 4155552671",
    // Numbers with names of their own.
    "ISBN 978-3-16-148410-0",
    "ISBN 0306406152",
    "9783161484100",
    "EAN 4006381333931",
    "id,ean\n7,4006381333931\n",
    "a,5511912345677,b",
    "order 4155552671",
    "Order no. 4155552671",
    "invoice number 0612345678",
    "ticket #0612345678",
    "zip 02139-4307",
    "Cambridge, MA 02139-4307",
    "account 12345678901",
    "IMEI 490154203237518",
    "serial 0123-4567-8901",
    "key 0123-4567-8901-2345",
    "tracking 123456789012",
    "case 123-456-78",
    // Tables of numbers and lists.
    "rows 100 200 3000",
    "7 415 555 2671 9",
    "01 02 03 04 05",
    "1 2 3 4 5 6 7 8 9 10",
    "12 01 23 45 67 89",
    "id,count\n12345678,87654321\n",
    "12345678,23456789,34567890",
    "x\n25000000\ny",
    "0612345678,0612345679,0612345680\n0712345678;0712345679\n",
    // Identifiers.
    "550e8400-e29b-41d4-a716-446655440000",
    "build 20240517123456",
    "0x0612345678",
    "sha1 0612345678abcdef",
    "00000000560",
    "000123456789",
    "123456789",
    "11111111",
    // Words that only look like telephones.
    "iPhone 12345678",
    "megaphone 12345678",
    "phone 15 Pro",
    "f(12) 3456-7890",
    "the year (1998) 12345678",
];

#[test]
fn other_numbers_are_left_alone() {
    check(NOT_PHONES, &Hints::default());
}

#[test]
fn code_and_logs_are_left_alone() {
    let text = "\
let sizes = [100, 200, 300, 4000, 50000, 600000];
const MAGIC: u64 = 0x0612_3456_7890; // 12345678901
[2024-05-17 12:30:45.123] INFO  request 4155552671 took 12345 us, 200 OK, 0.0012 s
10.0.0.1 - - [17/May/2024:12:30:45 +0000] \"GET /a/1234567890 HTTP/1.1\" 200 1234567 \"-\" \"Mozilla/5.0 (X11; rv:120.0)\"
@@ -1234567,7 +1234567,8 @@
| 1 | 1234567 | 7654321 | 0.12345678 |
drwxr-xr-x 2 1000 1000 4096 1716912345 12:30 dir
";
    assert_eq!(phones(text, &Hints::default()), []);
}

proptest! {
    #[test]
    fn any_digits_give_spans_that_fit(text in "[+＋(]{0,2}[0-9]{0,24}([ ()./x-]{0,3}[0-9]{0,9}){0,8}", region in "[A-Z]{2}") {
        let hints = Hints::default().with_region(&region);
        for (start, end) in phones(&text, &hints) {
            prop_assert!(text.get(start..end).is_some_and(|number| number.bytes().any(|byte| byte.is_ascii_digit())));
        }
    }

    #[test]
    fn hints_take_nothing_away(text in "[+(]{0,2}[0-9]{1,9}([ ()./-]{1,2}[0-9]{1,9}){0,4}", region in "[A-Z]{2}") {
        let covered = |spans: Vec<(usize, usize)>| spans.iter().flat_map(|(start, end)| *start..*end).collect::<Vec<_>>();
        let without = covered(phones(&text, &Hints::default()));
        // What is rather another number of the region is hidden as that.
        let hints = Rules::near(Hints::default().with_region(&region));
        let found = Redactor::new().unwrap().find_by(&text, &hints).unwrap();
        let with = covered(found.iter().map(|find| (find.span.start, find.span.end)).collect());
        prop_assert!(without.iter().all(|at| with.contains(at)), "{:?} {:?}", without, with);
    }
}
