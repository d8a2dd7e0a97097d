//! Is everything that a phrased draft says in its evidence? Literal comparison only: a model that agrees with itself is
//! no check.

use std::collections::HashSet;

use super::order;
use crate::council::intent::{AnswerKind, Intent};
use crate::council::text::{
    content_stems, fold, is_function_word, names, negations, normalised, numbers, quoted, stem, tokens,
};

/// Share of a draft's content words that may be missing from evidence and question: one in five, which leaves room for a
/// synonym in a short sentence. Checked on the SQuAD sample together with the literal checks of names and numbers.
const MISSING: f32 = 0.2;

/// Share of a draft's content words that only the question, not the evidence, may hold: one in three. A question is often
/// worded differently from the text, but a draft that repeats most of it asserts its premises.
const BORROWED: f32 = 0.34;

/// What a phrased draft says.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Its text without marks.
    pub text: &'a str,
    /// The cited sentences.
    pub evidence: &'a str,
    /// Title and heading above them; names may come from there.
    pub headings: &'a str,
}

/// What in the claim the evidence does not support, plain sentences, worst first; empty when all is supported.
#[must_use]
pub fn unsupported(claim: &Claim<'_>, intent: &Intent) -> Vec<String> {
    let mut out = Vec::new();
    let known: HashSet<String> =
        numbers(claim.evidence).into_iter().chain(numbers(claim.headings)).map(|number| number.value).collect();
    for number in numbers(claim.text) {
        if !known.contains(&number.value) {
            out.push(format!("The number {} is not in the cited text.", number.value));
        }
    }
    if picks_a_number(claim) {
        out.push("The cited text holds several numbers; which of them answers, only its own words can say.".into());
    }
    let evidence = stems(claim.evidence);
    let headings = stems(claim.headings);
    for name in names(claim.text) {
        let held = |word: &str| evidence.contains(word) || headings.contains(word);
        let parts: Vec<String> = tokens(&name.text).iter().map(|token| stem(token.text)).collect();
        // The first word of a sentence is a name only where it stays one inside it; the word check below covers the rest.
        let is_grammar = name.opens_sentence && parts.len() == 1;
        if !is_grammar && !parts.iter().all(|part| held(part)) {
            out.push(format!("The name \u{201c}{}\u{201d} is not in the cited text.", name.text));
        }
    }
    let flat = normalised(claim.evidence);
    for quotation in quoted(claim.text) {
        if !flat.contains(&normalised(quotation)) {
            out.push(format!("The quotation \u{201c}{quotation}\u{201d} is not in the cited text."));
        }
    }
    if let Some(turned) = turned(claim, intent) {
        out.push(turned);
    }
    let asked: HashSet<String> = content_stems(&intent.standalone).into_iter().collect();
    let said = content_stems(claim.text);
    // Numbers were compared by value above; "1000" and "1,000" are different words.
    let counts: HashSet<String> = tokens(claim.text)
        .iter()
        .filter(|token| !numbers(token.text).is_empty())
        .map(|token| stem(token.text))
        .collect();
    let missing: Vec<&String> = said
        .iter()
        .filter(|word| !counts.contains(*word))
        .filter(|word| !evidence.contains(*word) && !headings.contains(*word) && !asked.contains(*word))
        .collect();
    if missing.len() as f32 > MISSING * said.len() as f32 {
        let as_written = |word: &&String| tokens(claim.text).into_iter().find(|token| stem(token.text) == **word);
        let words: Vec<&str> = missing.iter().filter_map(as_written).map(|token| token.text).collect();
        out.push(format!("Words of the draft are not in the cited text: {}.", words.join(", ")));
    }
    let borrowed = said
        .iter()
        .filter(|word| !counts.contains(*word))
        .filter(|word| !evidence.contains(*word) && !headings.contains(*word));
    if borrowed.count() as f32 > BORROWED * said.len() as f32 {
        out.push("The draft takes over what the question says and the cited text does not.".into());
    }
    out.extend(order::mixed(claim.text, claim.evidence, &intent.standalone));
    // A yes or no says something new by itself.
    let adds = said.iter().any(|word| !asked.contains(word));
    if !adds && opening(claim.text).is_none() {
        out.push("The draft says nothing that the question does not.".into());
    }
    out
}

/// Whether the draft takes some of the text's several numbers and leaves others, or turns their order. "140 euros, and 190 in
/// capital cities" makes a small model say that capital cities cost 140, word by word supported and wrong.
fn picks_a_number(claim: &Claim<'_>) -> bool {
    let figures =
        |text: &str| numbers(text).into_iter().filter(|it| it.digits).map(|it| it.value).collect::<Vec<String>>();
    let (said, held) = (figures(claim.text), figures(claim.evidence));
    !said.is_empty() && held.len() > 1 && said != held
}

/// A negation in the draft that the evidence does not have, or the other way round, or a yes or no against the evidence.
fn turned(claim: &Claim<'_>, intent: &Intent) -> Option<String> {
    if let Some(opening) = opening(claim.text) {
        if intent.kind != AnswerKind::YesNo {
            return Some("The draft says yes or no to a question that asks for something else.".into());
        }
        let asked_negated = negations(&intent.standalone) > 0;
        // "Yes" to a plain question needs plain evidence, "no" needs a negation in it.
        if (opening == "no") == ((negations(claim.evidence) > 0) == asked_negated) {
            return Some(format!("The draft says {opening}, and the cited text does not say so."));
        }
    }
    let in_draft = negated(claim.text);
    let in_evidence = negated(claim.evidence);
    let is_negated = |groups: &[Vec<String>], word: &String| groups.iter().flatten().any(|other| other == word);
    if in_draft.iter().any(|group| !group.is_empty() && !group.iter().any(|word| is_negated(&in_evidence, word))) {
        return Some("The draft negates what the cited text does not.".into());
    }
    let said = stems(claim.text);
    let dropped = |word: &String| said.contains(word) && !is_negated(&in_draft, word);
    (opening(claim.text).is_none() && in_evidence.iter().any(|group| !group.is_empty() && group.iter().all(dropped)))
        .then(|| "The cited text negates, and the draft leaves that out.".into())
}

/// For each negation in `text`: the stems of the two content words after it, which it most likely turns around. A "no"
/// that opens the text answers the question and turns nothing around.
fn negated(text: &str) -> Vec<Vec<String>> {
    let words = tokens(text);
    words
        .iter()
        .enumerate()
        .filter(|(at, word)| negations(word.text) > 0 && !(*at == 0 && opening(text).is_some()))
        .map(|(at, _)| {
            words[at + 1..]
                .iter()
                .filter(|word| !is_function_word(&fold(word.text)))
                .take(2)
                .map(|word| stem(word.text))
                .collect()
        })
        .collect()
}

fn opening(text: &str) -> Option<&'static str> {
    match tokens(text).first().map(|token| fold(token.text)).as_deref() {
        Some("yes") => Some("yes"),
        Some("no") => Some("no"),
        _ => None,
    }
}

fn stems(text: &str) -> HashSet<String> {
    tokens(text).iter().map(|token| stem(token.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::council::intent::{Route, Task};

    fn check(question: &str, text: &str, evidence: &str) -> Vec<String> {
        let intent = Intent {
            task: Task::Ask,
            route: Route::Documents,
            kind: crate::council::pathos::kind::kind_of(question),
            follow_up: false,
            standalone: question.into(),
            words: Vec::new(),
            names: Vec::new(),
            numbers: Vec::new(),
            reasons: Vec::new(),
        };
        unsupported(&Claim { text, evidence, headings: "Aero 3 manual" }, &intent)
    }

    const WARRANTY: &str = "The warranty lasts 24 months and does not cover the battery.";

    #[test]
    fn what_the_evidence_says_is_supported() {
        for (question, text) in [
            ("How long is the warranty?", "The warranty lasts 24 months."),
            ("How long is the warranty?", "24 months"),
            ("How long is the warranty of the Aero 3?", "The warranty of the Aero 3 lasts 24 months."),
            ("Does the warranty cover the battery?", "No, it does not cover the battery."),
        ] {
            assert_eq!(check(question, text, WARRANTY), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn one_of_several_numbers_is_left_to_the_quotation() {
        let evidence = "A hotel may cost up to 140 euros per night, and up to 190 euros in capital cities.";
        let question = "How much may a hotel cost in capital cities?";
        let wrong = check(question, "A hotel may cost up to 140 euros in capital cities.", evidence).join(" ");
        assert!(wrong.contains("several numbers"), "{wrong}");
        assert_eq!(check(question, evidence, evidence), Vec::<String>::new());
    }

    #[test]
    fn what_the_evidence_does_not_say_is_named() {
        for (question, text, named) in [
            ("How long is the warranty?", "The warranty lasts 36 months.", "36"),
            ("How long is the warranty?", "The warranty of the Zephyr lasts 24 months.", "Zephyr"),
            ("How long is the warranty?", "The warranty \u{201c}covers everything\u{201d}.", "covers everything"),
            ("What does the warranty cover?", "The warranty covers the battery.", "negates"),
            ("Does the warranty cover the battery?", "Yes.", "yes"),
            ("How long is the warranty?", "The warranty does not last 24 months.", "negates"),
            ("How long is the warranty?", "Warranty.", "nothing"),
            ("How long is the warranty?", "The warranty is generous and transferable worldwide.", "generous"),
        ] {
            let found = check(question, text, WARRANTY).join(" ");
            assert!(found.contains(named), "{text}: {found}");
        }
    }

    #[test]
    fn forms_of_a_number_are_one() {
        assert!(check("How many units?", "1000 units", "They made 1,000 units.").is_empty());
        assert!(check("How many months?", "Twelve months.", "It takes 12 months.").is_empty());
    }
}
