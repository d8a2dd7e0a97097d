//! Numbers in a text, in one normal form.

use super::words::{fold, tokens};

/// A number of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Normal form: digits without grouping, a point for the decimals, no trailing zeros (`1,000` is `1000`, `2.50` is
    /// `2.5`, `twelve` is `12`, `3rd` is `3`).
    pub value: String,
    /// First byte in the text.
    pub start: usize,
    /// Whether it was written in digits.
    pub digits: bool,
}

/// Number words; "one" is left out because it is a pronoun more often than a number.
const WORDS: &[(&str, u32)] = &[
    ("zero", 0),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("dozen", 12),
    ("half", 2),
    ("twice", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
];

/// The numbers of `text`, in order.
#[must_use]
pub fn numbers(text: &str) -> Vec<Number> {
    let mut out = Vec::new();
    for token in tokens(text) {
        if token.text.starts_with(|c: char| c.is_ascii_digit()) {
            out.extend(in_digits(token.text, token.start));
        } else {
            let folded = fold(token.text);
            if let Some((_, value)) = WORDS.iter().find(|(word, _)| *word == folded) {
                out.push(Number { value: value.to_string(), start: token.start, digits: false });
            }
        }
    }
    out
}

/// `12`, `1,000`, `3.14`, `10th`, `1980s`; what else is glued to the digits (`5GB`) is left out.
fn in_digits(text: &str, start: usize) -> Option<Number> {
    let end = text
        .char_indices()
        .find(|(_, c)| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '\'' | '\u{2019}' | '_'))
        .map_or(text.len(), |(at, _)| at);
    let run = text[..end].trim_end_matches(['.', ',', '\'', '\u{2019}']);
    let grouped: String = run.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    // More than one point is a version or an address, which is compared as it stands.
    let value = if grouped.matches('.').count() == 1 {
        grouped.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        grouped
    };
    let value = match value.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest if rest.starts_with('.') => format!("0{rest}"),
        rest => rest.to_owned(),
    };
    Some(Number { value, start, digits: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        numbers(text).into_iter().map(|number| number.value).collect()
    }

    #[test]
    fn one_number_has_one_form() {
        assert_eq!(values("1,000 1000 1'000 1000.0"), vec!["1000"; 4]);
        assert_eq!(values("twelve months, 12 months, the 12th month"), vec!["12"; 3]);
        assert_eq!(values("2.50 and 2.5; 0.5; 007; 0"), vec!["2.5", "2.5", "0.5", "7", "0"]);
    }

    #[test]
    fn versions_and_years_stay_whole() {
        assert_eq!(values("v1 of 10.2.30 in the 1980s, 5GB"), vec!["10.2.30", "1980", "5"]);
    }
}
