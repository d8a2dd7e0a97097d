//! English words that end in a full stop without ending a sentence.

/// What a full stop after an abbreviation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// A name or a word always follows: "Dr.", "e.g.".
    BeforeName,
    /// A number follows, else it ends: "No. 5".
    BeforeNumber,
    /// May stand at the end of a sentence: "Inc.", "etc.".
    Anywhere,
}

const BEFORE_NAME: &[&str] = &[
    "adm", "brig", "capt", "cf", "cmdr", "col", "dr", "e.g", "eg", "esp", "fr", "ft", "gen", "gov", "hon", "i.e", "ie",
    "lt", "maj", "messrs", "mlle", "mme", "mr", "mrs", "ms", "mt", "pres", "prof", "rep", "rev", "sen", "sgt", "st",
    "supt", "viz", "vs",
];
const BEFORE_NUMBER: &[&str] = &[
    "app", "approx", "apr", "art", "aug", "ca", "ch", "chap", "dec", "eq", "eqs", "feb", "fig", "figs", "jan", "jul",
    "jun", "mar", "no", "nos", "nov", "oct", "p", "para", "pp", "pt", "ref", "refs", "sec", "sect", "sep", "sept",
    "tab", "v", "ver", "vol", "vols", "§",
];
const ANYWHERE: &[&str] = &[
    "a.d", "a.k.a", "a.m", "al", "assn", "ave", "b.c", "b.sc", "blvd", "bros", "co", "corp", "d.c", "dept", "e.u",
    "ed", "eds", "est", "et.al", "etc", "ext", "govt", "inc", "incl", "jr", "lb", "lbs", "ltd", "m.d", "m.sc", "max",
    "min", "misc", "n.y", "oz", "p.m", "p.s", "ph.d", "plc", "rd", "resp", "sq", "sr", "temp", "u.k", "u.n", "u.s",
    "u.s.a", "univ",
];

/// Words that begin a sentence far more often than they continue one after an abbreviation: articles, pronouns,
/// conjunctions and adverbs, written with a capital.
const STARTERS: &[&str] = &[
    "A",
    "According",
    "After",
    "All",
    "Also",
    "Although",
    "An",
    "And",
    "Another",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "Each",
    "Every",
    "For",
    "From",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Instead",
    "It",
    "Its",
    "Later",
    "Many",
    "More",
    "Most",
    "My",
    "No",
    "Nor",
    "Not",
    "Now",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Our",
    "Over",
    "Several",
    "She",
    "Since",
    "So",
    "Some",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Thus",
    "To",
    "Today",
    "Two",
    "Under",
    "Until",
    "We",
    "What",
    "When",
    "Where",
    "Whether",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "Yet",
    "You",
    "Your",
];

/// The kind of abbreviation that `word` (without its last full stop) is.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    let word = word.to_lowercase();
    let is_in = |list: &[&str]| list.binary_search(&word.as_str()).is_ok();
    if is_in(BEFORE_NAME) {
        Some(Abbreviation::BeforeName)
    } else if is_in(BEFORE_NUMBER) {
        Some(Abbreviation::BeforeNumber)
    } else if is_in(ANYWHERE) {
        Some(Abbreviation::Anywhere)
    } else {
        None
    }
}

/// Whether `word` begins a sentence more often than not.
pub(super) fn begins_sentences(word: &str) -> bool {
    STARTERS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_for_binary_search() {
        for list in [BEFORE_NAME, BEFORE_NUMBER, ANYWHERE, STARTERS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }
}
