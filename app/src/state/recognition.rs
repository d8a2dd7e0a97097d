//! Why a value was recognised, and how sure that is, in words.

use conclave_protocol::{Category, Evidence, Mark};

/// From this score on, a find is said to be sure. Check digits (0.95) and issuers' own forms (0.98) lie above it.
const HIGH: f32 = 0.9;
/// From this score on, a find is said to be likely. A form alone (0.8) lies above it, words beside a value (0.6) below.
const MEDIUM: f32 = 0.7;

/// How sure a find is: "High confidence, 95 %".
#[must_use]
pub fn confidence_words(score: f32) -> String {
    let words = match score {
        _ if score >= HIGH => "High",
        _ if score >= MEDIUM => "Medium",
        _ => "Low",
    };
    format!("{words} confidence, {:.0} %", score.clamp(0.0, 1.0) * 100.0)
}

/// Why a value was recognised, with the name of what recognised it.
#[must_use]
pub fn recognised_words(mark: &Mark) -> String {
    let Mark { category, evidence, detector, .. } = mark;
    match (evidence, category) {
        (Evidence::Own, _) => match detector.as_str() {
            "term" => "Your own term".into(),
            "pattern" => "Your own pattern".into(),
            _ => "You chose to hide it".into(),
        },
        (Evidence::Context, _) => format!("Words beside it say so ({detector})"),
        (Evidence::Form, _) => format!("Has the form of its kind ({detector})"),
        (Evidence::Checked, _) => format!("Form and check digit hold ({detector})"),
        (Evidence::Credential, Category::ApiKey) => format!("Form of a key of {detector}"),
        (Evidence::Credential, _) => format!("A credential by its form or the words before it ({detector})"),
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::Span;

    use super::*;

    fn mark(category: Category, evidence: Evidence, detector: &str) -> Mark {
        let token = format!("[{}_01]", category.stem());
        Mark { span: Span::new(0, 1), category, token, score: 0.8, evidence, detector: detector.into() }
    }

    #[test]
    fn reasons_name_what_recognised_the_value() {
        let words = |category, evidence, detector| recognised_words(&mark(category, evidence, detector));
        assert_eq!(words(Category::Iban, Evidence::Checked, "iban"), "Form and check digit hold (iban)");
        assert_eq!(words(Category::ApiKey, Evidence::Credential, "github"), "Form of a key of github");
        assert_eq!(words(Category::Phone, Evidence::Context, "phone"), "Words beside it say so (phone)");
        assert_eq!(words(Category::Custom, Evidence::Own, "term"), "Your own term");
        assert_eq!(words(Category::Custom, Evidence::Own, "chosen"), "You chose to hide it");
    }

    #[test]
    fn confidence_has_words_and_a_figure() {
        assert_eq!(confidence_words(0.98), "High confidence, 98 %");
        assert_eq!(confidence_words(0.8), "Medium confidence, 80 %");
        assert_eq!(confidence_words(0.6), "Low confidence, 60 %");
        assert_eq!(confidence_words(7.0), "High confidence, 100 %");
    }
}
