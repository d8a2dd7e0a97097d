//! Numbers under which somebody is kept: of a contract, a booking, an account, a record, a licence. Their form is the
//! keeper's own, so the name before them says all: a subject and a word for its number (`policy no. ABX-2291-77`,
//! `bookingReference: "XKQWPZ"`, `my student ID is s1023377`).

use conclave_protocol::Span;

use super::assignment;
use crate::alphabet::Alphabet;

/// What a health insurer or a hospital numbers.
pub(crate) const HEALTH: &[&str] = &[
    "insurance",
    "policy",
    "member",
    "membership",
    "subscriber",
    "patient",
    "claim",
    "hospital",
    "beneficiary",
    "versicherten",
    "versicherungs",
    "patienten",
];
/// What others number that stands for one person.
pub(crate) const PERSON: &[&str] = &[
    "customer",
    "case",
    "booking",
    "reservation",
    "confirmation",
    "order",
    "employee",
    "personnel",
    "staff",
    "student",
    "badge",
    "loyalty",
    "passenger",
    "applicant",
    "contract",
    "kunden",
    "vertrags",
    "buchungs",
    "bestell",
    "auftrags",
    "matrikel",
    "mitglieds",
    "client",
    "cliente",
    "contrat",
    "contrato",
    "contratto",
    "commande",
    "pedido",
    "dossier",
    "expediente",
];
/// Accounts.
pub(crate) const ACCOUNT: &[&str] = &["account", "acct"];
/// Licences, of drivers mostly.
pub(crate) const LICENCE: &[&str] = &["license", "licence"];

/// Words for a number, behind its subject.
const QUALIFIERS: [&str; 11] =
    ["number", "num", "nr", "no", "identifier", "identification", "id", "code", "reference", "ref", "#"];
/// Those that name nothing else.
const NUMBER: [&str; 4] = ["number", "num", "nr", "no"];
/// The same at the end of a German word: `Kundennummer`.
const ENDINGS: [&str; 2] = ["nummer", "nr"];
/// Words for a number before its subject: `numéro de client`, `nº de cliente`.
const BEFORE: [&str; 6] = ["numéro", "numero", "número", "n°", "nº", "no"];
/// Little words between the two.
const OF: [&str; 5] = ["de", "du", "di", "do", "del"];
/// What is numbered like that, or in plain words: `client number`, for `client_id` is a program's.
const NUMBERED_BEFORE: [&str; 9] =
    ["client", "cliente", "contrat", "contrato", "contratto", "commande", "pedido", "dossier", "expediente"];
/// Words that may stand between: `patient record number`, `booking reference no`.
const BETWEEN: [&str; 8] = ["reference", "identification", "card", "group", "record", "file", "plan", "holder"];

/// Fewest and most characters of a value.
const VALUE_MIN: usize = 5;
const VALUE_MAX: usize = 40;
/// Record locators of airlines have six letters or digits (IATA Resolution 830d).
const LOCATOR: usize = 6;
/// Groups that may follow the first over a blank: `AB 123 456 789`.
const GROUPS_MAX: usize = 3;
/// Fewest characters of such a group; a shorter one counts days or people.
const GROUP_MIN: usize = 3;

pub(crate) fn health(text: &str, at: usize) -> Option<Span> {
    number(text.as_bytes(), at, HEALTH)
}

pub(crate) fn person(text: &str, at: usize) -> Option<Span> {
    number(text.as_bytes(), at, PERSON)
}

pub(crate) fn account(text: &str, at: usize) -> Option<Span> {
    number(text.as_bytes(), at, ACCOUNT)
}

pub(crate) fn licence(text: &str, at: usize) -> Option<Span> {
    number(text.as_bytes(), at, LICENCE)
}

/// The number that a name from `at` on announces.
fn number(text: &[u8], at: usize, subjects: &'static [&'static str]) -> Option<Span> {
    let end = name_end(text, at, subjects)?;
    let alphabet = Alphabet::BASE64URL;
    let first = match text[end - 1] {
        // A value stands right behind: `badge #44718`.
        b'#' if is_word(text, end) => Span::new(end, end + alphabet.run(&text[end..], VALUE_MAX + 1)),
        _ => assignment::value_after(text, end, alphabet, VALUE_MAX)?,
    };
    let mut span = Span::new(first.start, first.start + trimmed(&text[first.start..first.end]));
    let next = text.get(first.end).copied();
    // Calls, indices, addresses, paths and calculations of a program.
    if matches!(next, Some(b'(' | b'[' | b'/' | b'@' | b'=' | b'{'))
        || next == Some(b'.') && is_word(text, first.end + 1)
    {
        return None;
    }
    for _ in 0..GROUPS_MAX {
        let Some(more) = group_behind(text, span) else { break };
        span.end = more;
    }
    says_something(&text[span.start..span.end]).then_some(span)
}

/// Where a name ends that begins with a subject at `at` and goes on with a word for its number.
fn name_end(text: &[u8], at: usize, subjects: &'static [&'static str]) -> Option<usize> {
    let is_hump = |at: usize| text[at].is_ascii_uppercase() && text[at - 1].is_ascii_lowercase();
    if at > 0 && text[at - 1].is_ascii_alphanumeric() && !is_hump(at) {
        return None;
    }
    let ends = |at: usize, words: &'static [&'static str]| {
        let stands = move |word: &&&str| {
            text.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
        };
        words.iter().filter(stands).map(move |word| at + word.len())
    };
    // Nothing but a hump goes on with letters.
    let is_whole = |end: &usize| {
        text.get(*end).is_none_or(|byte| !byte.is_ascii_alphanumeric() || text[*end - 1] == b'#' || is_hump(*end))
    };
    // The longest word of a list that stands at a place and is whole.
    let word = |at: usize, words: &'static [&'static str]| ends(at, words).filter(is_whole).max();
    let gap = |at: usize| at + usize::from(matches!(text.get(at), Some(b' ' | b'_' | b'-')));
    if let Some(end) = ends(at, subjects).find_map(|end| word(end, &ENDINGS)) {
        return Some(end);
    }
    if let Some(end) = word(at, &NUMBERED_BEFORE) {
        return if is_numbered_before(&text[..at]) { Some(end) } else { word(gap(end), &NUMBER) };
    }
    let from = gap(word(at, subjects)?);
    if let Some(end) = word(from, &QUALIFIERS) {
        // `booking reference number`
        return word(gap(end), &QUALIFIERS).or(Some(end));
    }
    word(gap(word(from, &BETWEEN)?), &QUALIFIERS)
}

/// Whether a word for a number ends the text: `numéro de `.
fn is_numbered_before(text: &[u8]) -> bool {
    let without = |text: &[u8], words: &[&str]| {
        let words = words.iter().map(|word| word.as_bytes());
        let mut fitting = words.filter(|word| {
            let from = text.len().checked_sub(word.len());
            from.is_some_and(|from| {
                text[from..].eq_ignore_ascii_case(word) && (from == 0 || !text[from - 1].is_ascii_alphanumeric())
            })
        });
        fitting.next().map(|word| text.len() - word.len())
    };
    let Some(text) = text.strip_suffix(b" ") else { return false };
    let before = without(text, &OF).map_or(text, |end| text[..end].trim_ascii_end());
    without(before, &BEFORE).is_some()
}

/// The end of a group of capitals and digits that stands one blank behind a number of capitals and digits.
fn group_behind(text: &[u8], span: Span) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    let rest = text.get(span.end..)?.strip_prefix(b" ")?;
    let len = rest.iter().take(VALUE_MAX).take_while(|byte| is_part(byte)).count();
    let group = &rest[..len];
    let fits = text[span.start..span.end].iter().all(|byte| is_part(byte) || *byte == b' ')
        && trimmed(group) >= GROUP_MIN
        && group.iter().any(u8::is_ascii_digit)
        && rest.get(len).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    fits.then(|| span.end + 1 + trimmed(group))
}

/// Length without the signs at its end.
fn trimmed(word: &[u8]) -> usize {
    word.len() - word.iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric()).count()
}

fn is_word(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether it is shaped as a number that somebody gave out: digits in it, not those of a date, a version or a variable.
fn says_something(value: &[u8]) -> bool {
    let count = |class: fn(&u8) -> bool| value.iter().filter(|byte| class(byte)).count();
    let (digits, capitals) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase));
    let is_date = matches!(value, [b'1' | b'2', _, _, _, b'-', _, _, b'-', _, _]);
    if value.len() == LOCATOR && capitals + digits == LOCATOR && capitals > 0 {
        return has_mixed_letters(value);
    }
    let is_code = digits == value.len() || capitals >= 1 && digits >= 2 || digits >= 4;
    (VALUE_MIN..=VALUE_MAX).contains(&value.len()) && is_code && !is_date
}

/// A locator without digits must not be a word: `booking reference NUMBER`.
fn has_mixed_letters(value: &[u8]) -> bool {
    let vowels = value.iter().filter(|byte| b"AEIOUY".contains(byte)).count();
    value.iter().any(u8::is_ascii_digit) || vowels <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, subject: &str) -> Option<&'a str> {
        let at = text.to_ascii_lowercase().find(subject)?;
        [HEALTH, PERSON, ACCOUNT, LICENCE]
            .iter()
            .find(|subjects| subjects.contains(&subject))
            .and_then(|subjects| number(text.as_bytes(), at, subjects))
            .and_then(|span| span.of(text))
    }

    #[test]
    fn names_in_all_notations_announce_a_number() {
        for (text, subject, value) in [
            ("My insurance number is ABX-2291-77.", "insurance", "ABX-2291-77"),
            ("policy no. HX8812-K, please", "policy", "HX8812-K"),
            ("Policy #: 99-221-34", "policy", "99-221-34"),
            ("badge #44718-B", "badge", "44718-B"),
            ("policyNumber: \"PN-20331\"", "policy", "PN-20331"),
            ("member_id=M0023871", "member", "M0023871"),
            ("patient record number 44-10-273", "patient", "44-10-273"),
            ("booking reference number XK4WPZ", "booking", "XK4WPZ"),
            ("reservation code: QXKWPZ", "reservation", "QXKWPZ"),
            ("student ID s1023377", "student", "s1023377"),
            ("customer number 4471-22-9", "customer", "4471-22-9"),
            ("insurance number AB 123 456 C, and", "insurance", "AB 123 456"),
            ("Account no: 0044-1177-23", "account", "0044-1177-23"),
            ("licence number: D4471-22981", "licence", "D4471-22981"),
            ("order number 302-1188276-99", "order", "302-1188276-99"),
            ("Meine Kundennummer lautet 4711-0815-22.", "kunden", "4711-0815-22"),
            ("Vertragsnr.: VX-2291-7", "vertrags", "VX-2291-7"),
            ("Versichertennummer A123456780", "versicherten", "A123456780"),
            ("Numéro de client : 4471229", "client", "4471229"),
            ("mi número de cliente es 4471229", "cliente", "4471229"),
            ("N° dossier 44-71229", "dossier", "44-71229"),
            ("our client number 4471229", "client", "4471229"),
        ] {
            assert_eq!(found(text, subject), Some(value), "{text}");
        }
    }

    #[test]
    fn other_words_and_other_values_do_not() {
        for (text, subject) in [
            ("the order number is missing", "order"),
            ("order number 12", "order"),
            ("in order no 12345x", "order2"),
            ("border number 123456", "order"),
            ("account id: string", "account"),
            ("case number 2024-01-31", "case"),
            ("case id = items[12345]", "case"),
            ("member number get_12345()", "member"),
            ("booking reference NUMBER", "booking"),
            ("confirmation code is v1.2.3", "confirmation"),
            ("order 1234567", "order"),
            ("customers number 123456", "customer"),
            ("client_id: 4471229", "client"),
            ("client number of 4471229 of them", "client"),
            ("Kunden 4471229", "kunden"),
        ] {
            assert_eq!(found(text, subject), None, "{text}");
        }
    }
}
