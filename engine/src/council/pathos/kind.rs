//! What kind of thing answers a question, and whether a text holds one.

use super::measure;
use crate::council::intent::AnswerKind;
use crate::council::text::{fold, is_function_word, names, numbers, stem, tokens};

/// Openings that ask for a number; matched at the question word.
const NUMBER_AFTER_HOW: &[&str] = &[
    "many", "much", "long", "old", "far", "often", "large", "big", "tall", "high", "fast", "deep", "wide", "heavy",
    "thick", "hot", "cold", "loud", "soon",
];

const NUMBER_NOUNS: &[&str] = &[
    "number",
    "percentage",
    "percent",
    "amount",
    "price",
    "cost",
    "fee",
    "rate",
    "age",
    "size",
    "length",
    "height",
    "weight",
    "width",
    "depth",
    "temperature",
    "voltage",
    "speed",
    "distance",
    "population",
    "total",
    "capacity",
    "share",
    "fraction",
    "score",
    "limit",
    "maximum",
    "minimum",
    "duration",
    "budget",
    "salary",
];

const DATE_NOUNS: &[&str] =
    &["year", "years", "date", "day", "month", "century", "decade", "era", "season", "weekday", "deadline"];

const PLACE_NOUNS: &[&str] = &[
    "country",
    "countries",
    "city",
    "cities",
    "place",
    "location",
    "state",
    "region",
    "continent",
    "town",
    "street",
    "address",
    "province",
    "capital",
    "island",
    "river",
    "building",
    "room",
    "area",
];

const PERSON_NOUNS: &[&str] = &[
    "person",
    "people",
    "king",
    "queen",
    "president",
    "author",
    "leader",
    "emperor",
    "general",
    "scientist",
    "duke",
    "manager",
    "officer",
    "writer",
    "actor",
    "professor",
    "ruler",
];

const AUXILIARIES: &[&str] = &[
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should", "may", "must", "has",
    "have", "had", "isn't", "aren't", "am", "shall",
];

/// Words of quantity that answer "how many" without a number.
const QUANTITIES: &[&str] = &[
    "several",
    "few",
    "many",
    "most",
    "all",
    "both",
    "every",
    "each",
    "half",
    "quarter",
    "dozens",
    "majority",
    "hundreds",
    "thousands",
    "millions",
    "one",
    "once",
    "twice",
    "no",
    "none",
    "single",
    "daily",
    "weekly",
    "monthly",
    "yearly",
    "annually",
    "lifetime",
    "unlimited",
    "couple",
];

const DATE_WORDS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "century",
    "centuries",
    "decade",
    "decades",
    "year",
    "years",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "today",
    "tomorrow",
    "yesterday",
    "noon",
    "midnight",
    "morning",
    "evening",
    "summer",
    "winter",
    "spring",
    "autumn",
    "daily",
    "weekly",
    "before",
    "after",
    "during",
    "until",
    "since",
    "era",
    "dynasty",
    "hours",
    "hour",
];

const PLACE_WORDS: &[&str] = &[
    "in", "at", "near", "on", "under", "behind", "beside", "north", "south", "east", "west", "northern", "southern",
    "eastern", "western", "across", "along", "inside", "outside", "to", "from", "between",
];

/// What kind of thing answers `question`.
#[must_use]
pub fn kind_of(question: &str) -> AnswerKind {
    let words: Vec<String> = tokens(question).iter().map(|token| fold(token.text)).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match word(0) {
        "list" | "enumerate" => return AnswerKind::List,
        "define" | "explain" | "describe" => return AnswerKind::Definition,
        first if AUXILIARIES.contains(&first) => return AnswerKind::YesNo,
        _ => {}
    }
    for (at, this) in words.iter().enumerate() {
        match this.trim_end_matches("'s") {
            "who" | "whom" | "whose" => return AnswerKind::Person,
            "when" => return AnswerKind::Date,
            "where" => return AnswerKind::Place,
            "why" => return AnswerKind::Reason,
            "how" => return how(word(at + 1), word(at + 2)),
            "what" | "which" => return what(&words, at),
            _ => {}
        }
    }
    AnswerKind::Thing
}

fn how(next: &str, after: &str) -> AnswerKind {
    if NUMBER_AFTER_HOW.contains(&next) {
        AnswerKind::Number
    } else if next == "to"
        || (matches!(next, "do" | "can" | "should" | "must" | "would") && matches!(after, "i" | "we" | "you" | "one"))
    {
        AnswerKind::HowTo
    } else {
        AnswerKind::Thing
    }
}

fn what(words: &[String], at: usize) -> AnswerKind {
    // The noun that "what" asks for stands next to it ("what year"), behind an adjective ("what total number"), or, in
    // "what is the price of", behind the article.
    let after: Vec<&str> = words[at + 1..].iter().map(String::as_str).take(4).collect();
    let direct = after.iter().take(2).copied();
    let copula = matches!(after.first(), Some(&("is" | "are" | "was" | "were")));
    let behind = after.iter().skip(2).copied().filter(|_| copula);
    for noun in direct.chain(behind) {
        for (nouns, kind) in [
            (DATE_NOUNS, AnswerKind::Date),
            (NUMBER_NOUNS, AnswerKind::Number),
            (PLACE_NOUNS, AnswerKind::Place),
            (PERSON_NOUNS, AnswerKind::Person),
        ] {
            if nouns.contains(&noun) {
                return kind;
            }
        }
    }
    match after.as_slice() {
        ["should" | "must" | "can" | "do", "i" | "we" | "you" | "one", "do", ..] | ["to", "do", ..] => {
            AnswerKind::HowTo
        }
        ["reason" | "reasons" | "causes" | "caused" | "cause", ..] => AnswerKind::Reason,
        ["are", "the", ..] => AnswerKind::List,
        ["is" | "are", ..] if words.len() - at <= 5 => AnswerKind::Definition,
        ["does", _, "mean", ..] | ["does", _, _, "mean", ..] => AnswerKind::Definition,
        _ => AnswerKind::Thing,
    }
}

/// Verbs and nouns of asking, and of being allowed, which rules say with "must", "only" and "never".
const ASKING: &[&str] = &[
    "ask",
    "tell",
    "say",
    "says",
    "mean",
    "means",
    "know",
    "explain",
    "describe",
    "define",
    "list",
    "name",
    "called",
    "allowed",
    "permitted",
    "forbidden",
    "prohibited",
    "possible",
    "happens",
];

/// Stems of the content words of `question`, less the words that only ask or say what kind of answer is wanted
/// ("how long", "what year", "what does it mean"): a text that answers need not hold those.
#[must_use]
pub fn matter(question: &str) -> Vec<String> {
    let words: Vec<String> = tokens(question).iter().map(|token| fold(token.text)).collect();
    let asks_only = |at: usize| {
        let before = at.checked_sub(1).map_or("", |before| words[before].as_str());
        let word = words[at].as_str();
        ASKING.contains(&word)
            || (before == "how" && NUMBER_AFTER_HOW.contains(&word))
            || (matches!(before, "what" | "which") && DATE_NOUNS.contains(&word))
    };
    let mut out: Vec<String> = Vec::new();
    for at in (0..words.len()).filter(|at| !is_function_word(&words[*at]) && !asks_only(*at)) {
        let stem = stem(&words[at]);
        if !out.contains(&stem) {
            out.push(stem);
        }
    }
    out
}

/// Whether `text` holds something of the kind asked for that the question does not hold itself. Kinds that have no
/// outer mark (a reason, a thing) are always held.
#[must_use]
pub fn holds(kind: AnswerKind, text: &str, question: &str) -> bool {
    let has_word = |list: &[&str]| tokens(text).iter().any(|token| list.contains(&fold(token.text).as_str()));
    let new_number = || {
        let asked = numbers(question);
        numbers(text).iter().any(|number| !asked.iter().any(|other| other.value == number.value))
    };
    let new_name = || {
        let asked = question.to_lowercase();
        names(text).iter().any(|name| !asked.contains(&name.text.to_lowercase()))
    };
    match kind {
        AnswerKind::Number => (new_number() || has_word(QUANTITIES)) && measure::held(question, text),
        AnswerKind::Date => new_number() || has_word(DATE_WORDS),
        AnswerKind::Place => new_name() || has_word(PLACE_WORDS),
        AnswerKind::Person => new_name() || tokens(text).len() > 2,
        AnswerKind::YesNo
        | AnswerKind::Definition
        | AnswerKind::List
        | AnswerKind::HowTo
        | AnswerKind::Reason
        | AnswerKind::Thing => !text.trim().is_empty(),
    }
}

/// Whether `text` holds the plainest form of the kind: a number for a number, a number or month for a date, a name for a
/// person or place. Ranks sentences; [`holds`] decides about them.
#[must_use]
pub fn holds_plainly(kind: AnswerKind, text: &str, question: &str) -> bool {
    let asked = question.to_lowercase();
    match kind {
        AnswerKind::Number | AnswerKind::Date => {
            let there = numbers(question);
            numbers(text).iter().any(|number| !there.iter().any(|other| other.value == number.value))
                && (kind == AnswerKind::Date || measure::held(question, text))
        }
        AnswerKind::Person | AnswerKind::Place => {
            names(text).iter().any(|name| !name.opens_sentence && !asked.contains(&name.text.to_lowercase()))
        }
        _ => false,
    }
}

/// What the kind is called in a sentence.
#[must_use]
pub const fn in_words(kind: AnswerKind) -> &'static str {
    match kind {
        AnswerKind::Person => "a person",
        AnswerKind::Number => "a number",
        AnswerKind::Date => "a date or time",
        AnswerKind::Place => "a place",
        AnswerKind::YesNo => "yes or no",
        AnswerKind::Definition => "an explanation",
        AnswerKind::List => "a list",
        AnswerKind::HowTo => "instructions",
        AnswerKind::Reason => "a reason",
        AnswerKind::Thing => "a thing or statement",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_word_and_its_noun_decide() {
        for (question, kind) in [
            ("Who was the Norse leader?", AnswerKind::Person),
            ("What century did the Normans first gain their separate identity?", AnswerKind::Date),
            ("In what country is Normandy located?", AnswerKind::Place),
            ("How many days of leave are there?", AnswerKind::Number),
            ("What is the price of a filter?", AnswerKind::Number),
            ("How do I descale the machine?", AnswerKind::HowTo),
            ("What should I do when the grinder is blocked?", AnswerKind::HowTo),
            ("How does the pump build pressure?", AnswerKind::Thing),
            ("Does the warranty cover batteries?", AnswerKind::YesNo),
            ("What is photosynthesis?", AnswerKind::Definition),
            ("Explain Rust ownership", AnswerKind::Definition),
            ("Why did the valve fail?", AnswerKind::Reason),
            ("What are the parts of the kit?", AnswerKind::List),
            ("What did Rollo swear?", AnswerKind::Thing),
        ] {
            assert_eq!(kind_of(question), kind, "{question}");
        }
    }

    #[test]
    fn the_words_that_only_ask_are_no_matter() {
        assert_eq!(matter("How long does the descaling of the pump last?"), ["descal", "pump", "last"]);
        assert_eq!(matter("In what year was the long bridge built?"), ["long", "bridg", "built"]);
    }

    #[test]
    fn a_number_of_the_question_does_not_answer_it() {
        assert!(!holds(AnswerKind::Number, "The Aero 3 is quiet.", "How loud is the Aero 3?"));
        assert!(holds(AnswerKind::Number, "The Aero 3 makes 41 dB.", "How loud is the Aero 3?"));
        assert!(holds(AnswerKind::Number, "Several pumps failed.", "How many pumps failed?"));
    }
}
