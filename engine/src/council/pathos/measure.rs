//! What is measured: a question about a weight is not answered by a number of months.

use crate::council::text::{fold, stem, tokens};

/// A quantity: words of a question that ask for it, and the units and symbols in which an answer gives it.
struct Measure {
    asked_by: &'static [&'static str],
    units: &'static [&'static str],
    symbols: &'static [char],
}

const LENGTHS: &[&str] = &[
    "mm",
    "cm",
    "m",
    "km",
    "metre",
    "meter",
    "millimetre",
    "millimeter",
    "centimetre",
    "centimeter",
    "kilometre",
    "kilometer",
    "inch",
    "in",
    "foot",
    "feet",
    "ft",
    "yard",
    "mile",
    "league",
    "page",
    "word",
    "character",
];

/// Quantities with units of their own; asked for by stems (Porter2).
const MEASURES: &[Measure] = &[
    Measure {
        asked_by: &["weigh", "weight", "heavi", "mass"],
        units: &["g", "kg", "mg", "gram", "kilogram", "ton", "tonn", "lb", "lbs", "pound", "ounc", "oz"],
        symbols: &[],
    },
    Measure {
        asked_by: &["cost", "price", "fee", "salari", "budget", "rent", "wage", "expens"],
        units: &[
            "dollar", "euro", "eur", "usd", "gbp", "chf", "pound", "franc", "cent", "yen", "free", "million",
            "billion", "charg", "percent",
        ],
        symbols: &['$', '\u{20ac}', '\u{a3}', '\u{a5}', '%'],
    },
    Measure {
        asked_by: &["temperatur", "hot", "cold", "warm"],
        units: &["degre", "celsius", "fahrenheit", "kelvin", "c", "f", "k"],
        symbols: &['\u{b0}', '\u{2103}', '\u{2109}'],
    },
    Measure {
        asked_by: &["tall", "height", "width", "wide", "depth", "deep", "distanc", "far", "thick"],
        units: LENGTHS,
        symbols: &['"'],
    },
    Measure { asked_by: &["loud", "noisi"], units: &["db", "decibel"], symbols: &[] },
    Measure {
        asked_by: &["percentag", "percent"],
        units: &["percent", "per", "half", "third", "quarter"],
        symbols: &['%'],
    },
    Measure { asked_by: &["voltag"], units: &["v", "volt", "kv", "mv"], symbols: &[] },
];

/// Units of "how long": a time or a length.
const DURATIONS: &[&str] = &[
    "second", "minut", "hour", "day", "week", "month", "year", "decad", "centuri", "ms", "s", "min", "h", "night",
    "term", "semest", "generat", "lifetim", "until", "quarter", "moment", "season",
];

/// Digits of the shortest telephone number that is not an emergency number.
const PHONE_DIGITS: usize = 6;

/// Whether `text` holds the quantity that `question` asks for; true where it asks for none that has a unit.
#[must_use]
pub fn held(question: &str, text: &str) -> bool {
    let asked: Vec<String> = tokens(question).iter().map(|token| stem(token.text)).collect();
    let after = |first: &str, second: &str| asked.windows(2).any(|pair| pair[0] == first && pair[1] == second);
    if (after("phone", "number") || after("telephon", "number")) && longest_digits(text) < PHONE_DIGITS {
        return false;
    }
    if (after("email", "address") || after("mail", "address")) && !text.contains('@') {
        return false;
    }
    if after("how", "long") && !has_unit(text, DURATIONS) && !has_unit(text, LENGTHS) {
        return false;
    }
    if after("how", "old") && !has_unit(text, DURATIONS) && longest_digits(text) == 0 {
        return false;
    }
    // A text that names the quantity beside a number gives it without a unit: `PILOT_FEE = 410`.
    let named = |measure: &Measure| {
        longest_digits(text) > 0
            && tokens(text).iter().any(|token| measure.asked_by.contains(&stem(token.text).as_str()))
    };
    MEASURES
        .iter()
        .filter(|measure| measure.asked_by.iter().any(|word| asked.iter().any(|other| other == word)))
        .all(|measure| has_unit(text, measure.units) || text.contains(measure.symbols) || named(measure))
}

/// Whether a word of `text`, or what is glued to its digits (`24kg`), is one of `units`.
fn has_unit(text: &str, units: &[&str]) -> bool {
    tokens(text).iter().any(|token| {
        let folded = fold(token.text);
        let glued = folded.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        units.contains(&stem(token.text).as_str()) || (!glued.is_empty() && units.contains(&glued))
    })
}

/// Digits of the longest run, counting through spaces, hyphens, slashes and brackets.
fn longest_digits(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        match c {
            '0'..='9' => run += 1,
            ' ' | '-' | '/' | '(' | ')' | '+' => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_answered_in_its_units_only() {
        let months = "The warranty lasts 24 months.";
        assert!(held("How long is the warranty?", months));
        assert!(held("How many months is the warranty?", months));
        for question in
            ["How much does it weigh?", "What is the price?", "How tall is it?", "What is her phone number?"]
        {
            assert!(!held(question, months), "{question}");
        }
        assert!(held("How much does it weigh?", "It comes at 12kg without water."));
        assert!(held("What does a filter cost?", "A filter is \u{20ac}4.50."));
        assert!(held("What is the fee for a pilot?", "PILOT_FEE = 410"));
        assert!(!held("What is the fee for a pilot?", "The fee is agreed with the pilot."));
        assert!(held("What is her phone number?", "Call +41 31 555 01 20."));
    }
}
