//! Why a value was recognised, and how sure that is, in words.

use conclave_protocol::{Category, Evidence, Mark};

/// From this score on, a guess is said to be very likely, and from the second on likely.
const VERY_LIKELY: f32 = 0.9;
/// See [`VERY_LIKELY`].
const LIKELY: f32 = 0.7;

/// From this score on, nothing else has the form of a value: an e-mail address in a domain that there is, an IP address behind
/// its name.
const UNMISTAKABLE: f32 = 0.985;

/// Detectors whose names tell nothing beyond the kind that they find.
const PLAIN: [&str; 11] = ["age", "card", "curl", "date", "generic", "group", "ipv4", "ipv6", "name", "pem", "sender"];

/// How sure a find is: what is certain in words, a guess as a percentage below 100.
#[must_use]
pub fn confidence_words(mark: &Mark) -> String {
    match mark.evidence {
        Evidence::Own => "Certain".into(),
        Evidence::Checked if has_check_digit(mark.category) => "Check digit holds".into(),
        Evidence::Checked => "Numbering rule holds".into(),
        Evidence::Credential if mark.detector != "generic" => "Form of a credential".into(),
        Evidence::Form if mark.score >= UNMISTAKABLE => "Unmistakable form".into(),
        Evidence::Context | Evidence::Form | Evidence::Credential => guess_words(mark.score),
    }
}

fn guess_words(score: f32) -> String {
    let words = match score {
        _ if score >= VERY_LIKELY => "Very likely",
        _ if score >= LIKELY => "Likely",
        _ => "Perhaps",
    };
    // Nothing that is guessed is certain, either way; what is no number is said to be unlikely.
    format!("{words}, {:.0} %", (score * 100.0).clamp(1.0, 99.0).max(1.0))
}

/// Whether a number of this kind is checked by a digit, and not by its numbering plan alone.
const fn has_check_digit(category: Category) -> bool {
    !matches!(category, Category::MacAddress | Category::Phone | Category::UsSsn | Category::IpAddress)
}

/// Why a value was recognised, with the name of what recognised it where that tells more.
#[must_use]
pub fn recognised_words(mark: &Mark) -> String {
    let Mark { category, evidence, detector, .. } = mark;
    let why = match (evidence, category) {
        (Evidence::Own, _) => {
            return match detector.as_str() {
                "term" => "your own term".into(),
                "pattern" => "your own pattern".into(),
                _ => "you chose to hide it".into(),
            };
        }
        (Evidence::Context, Category::Person | Category::Location | Category::Organization) => {
            "read as a name, with the words around it"
        }
        (Evidence::Context, _) => "the words beside it say so",
        (Evidence::Form, _) if mark.score >= UNMISTAKABLE => "nothing else is written like it",
        (Evidence::Form, _) => "it has the form of its kind",
        (Evidence::Checked, _) => "so does its form",
        (Evidence::Credential, Category::ApiKey) if detector != "generic" => return format!("a key of {detector}"),
        (Evidence::Credential, Category::Url) => "an address with a password in it",
        (Evidence::Credential, Category::Jwt) => "its head can be read",
        (Evidence::Credential, Category::PrivateKey) => "between the lines that begin and end one",
        (Evidence::Credential, _) => "its form or the words before it say so",
    };
    if PLAIN.contains(&detector.as_str()) || is_stem(*category, detector) {
        why.to_owned()
    } else {
        format!("{why} ({detector})")
    }
}

/// Whether a detector is called like the kind: `email`, `credit-card`.
fn is_stem(category: Category, detector: &str) -> bool {
    let same = |(one, other): (u8, u8)| one.eq_ignore_ascii_case(&other) || (one == b'_' && other == b'-');
    let stem = category.stem();
    stem.len() == detector.len() && stem.bytes().zip(detector.bytes()).all(same)
}

#[cfg(test)]
mod tests {
    use conclave_protocol::Span;

    use super::*;

    fn mark(category: Category, evidence: Evidence, detector: &str, score: f32) -> Mark {
        let token = format!("[{}_01]", category.stem());
        Mark { span: Span::new(0, 1), category, token, score, evidence, detector: detector.into() }
    }

    fn words(category: Category, evidence: Evidence, detector: &str, score: f32) -> String {
        let mark = mark(category, evidence, detector, score);
        format!("{} · {}", confidence_words(&mark), recognised_words(&mark))
    }

    #[test]
    fn what_is_certain_is_said_in_words() {
        let cases = [
            (Category::Iban, Evidence::Checked, "iban", "Check digit holds · so does its form"),
            (Category::NationalId, Evidence::Checked, "de-id", "Check digit holds · so does its form (de-id)"),
            (
                Category::MacAddress,
                Evidence::Checked,
                "mac-announced",
                "Numbering rule holds · so does its form (mac-announced)",
            ),
            (Category::ApiKey, Evidence::Credential, "github", "Form of a credential · a key of github"),
            (Category::Url, Evidence::Credential, "url", "Form of a credential · an address with a password in it"),
            (Category::Email, Evidence::Form, "email", "Unmistakable form · nothing else is written like it"),
            (Category::Custom, Evidence::Own, "term", "Certain · your own term"),
            (Category::Custom, Evidence::Own, "chosen", "Certain · you chose to hide it"),
        ];
        for (category, evidence, detector, wanted) in cases {
            assert_eq!(words(category, evidence, detector, 1.0), wanted);
        }
    }

    #[test]
    fn a_guess_is_never_certain() {
        let person = |score| words(Category::Person, Evidence::Context, "name", score);
        assert_eq!(person(1.0), "Very likely, 99 % · read as a name, with the words around it");
        assert_eq!(person(0.999), "Very likely, 99 % · read as a name, with the words around it");
        let date = words(Category::DateTime, Evidence::Context, "date", 0.6);
        assert_eq!(date, "Perhaps, 60 % · the words beside it say so");
        let spelled = words(Category::Email, Evidence::Form, "email-spelled", 0.8);
        assert_eq!(spelled, "Likely, 80 % · it has the form of its kind (email-spelled)");
        let password = words(Category::Password, Evidence::Credential, "generic", 0.98);
        assert_eq!(password, "Very likely, 98 % · its form or the words before it say so");
        for odd in [0.0, -7.0, f32::NAN, f32::INFINITY] {
            assert!(!person(odd).contains("100 %") && !person(odd).contains("NaN"), "{}", person(odd));
        }
    }
}
