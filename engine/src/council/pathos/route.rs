//! Where an answer has to come from. With documents present, a question about their world is answered from them or not
//! at all; only what is plainly general goes to the model, because a small model invents.

use std::collections::HashSet;

use crate::council::intent::{AnswerKind, Route, Task};
use crate::council::question::Question;
use crate::council::reading::Reading;
use crate::council::search::{is_follow_up, library_words};
use crate::council::text::{fold, is_function_word, names, stem, tokens};

/// Nouns that mean a document itself, after "the", "this", "my" and the like.
const DOCUMENT_NOUNS: &[&str] = &[
    "document",
    "documents",
    "file",
    "files",
    "text",
    "manual",
    "handbook",
    "report",
    "policy",
    "contract",
    "article",
    "passage",
    "paper",
    "notes",
    "guide",
    "agreement",
    "book",
    "chapter",
    "section",
    "page",
    "source",
    "sources",
    "docs",
    "pdf",
    "memo",
    "minutes",
    "spec",
    "specification",
    "instructions",
    "code",
    "table",
    "appendix",
];

/// Words that point into the person's own world.
const OWN: &[&str] = &["our", "my", "this", "these", "here", "we", "us", "ours", "mine"];

/// Questions about what a person may, must or gets: some document rules it.
const PERMISSIONS: &[&str] = &[
    "may i",
    "may we",
    "must i",
    "must we",
    "do i have to",
    "do we have to",
    "do i get",
    "do we get",
    "do i need to",
    "am i allowed",
    "are we allowed",
    "am i entitled",
    "are we entitled",
];

/// "The" before one of these points at the whole world or grades what follows; it does not point at a document.
const WORLD: &[&str] = &[
    "world",
    "sun",
    "moon",
    "earth",
    "universe",
    "sky",
    "sea",
    "ocean",
    "solar",
    "internet",
    "web",
    "weather",
    "future",
    "past",
    "present",
    "human",
    "brain",
    "heart",
    "body",
    "bible",
    "alphabet",
    "meaning",
    "difference",
    "differences",
    "best",
    "worst",
    "biggest",
    "largest",
    "smallest",
    "fastest",
    "tallest",
    "highest",
    "longest",
    "first",
    "most",
    "least",
    "main",
    "same",
    "other",
    "point",
    "purpose",
    "way",
    "capital",
    "population",
    "president",
    "square",
    "speed",
    "boiling",
    "freezing",
    "periodic",
    "theory",
    "law",
    "advantages",
    "benefits",
    "basics",
];

/// Verbs of asking; they are about the answer, not about its matter.
const ASKING: &[&str] = &[
    "explain",
    "describe",
    "define",
    "list",
    "summarize",
    "summarise",
    "mean",
    "meaning",
    "definition",
    "example",
    "examples",
    "compare",
    "difference",
    "briefly",
    "simple",
    "terms",
    "words",
    "know",
    "show",
    "find",
    "want",
    "need",
    "help",
    "work",
    "works",
];

/// Share of the question's content words that the library must know for a question without other cues to be about it.
/// Half: with fewer, the words that are missing are usually the ones that the question is about.
const COVERED: f32 = 0.5;

/// The same for a question that asks for one fact (who, when, where, how many), where a wrong guess costs more.
const COVERED_FACT: f32 = 0.34;

/// Cosine of question and best sentence from which on they are about the same matter. Measured with MiniLM on the SQuAD
/// sample (`cargo xtask eval answer`): nine in ten questions lie above it for a sentence of their own paragraph.
const SAME_MATTER: f32 = 0.45;

/// Where the answer has to come from, and why.
#[must_use]
pub fn route(question: &Question, reading: &Reading, task: Task, kind: AnswerKind) -> (Route, String) {
    let text = question.read();
    if question.library.is_empty() {
        return (Route::General, "There are no documents.".into());
    }
    if task == Task::Chat {
        return (Route::General, "This is conversation, not a question about the documents.".into());
    }
    let cues = Cues::of(text);
    if cues.names_documents {
        return (Route::Documents, "The question speaks of the documents themselves.".into());
    }
    if task == Task::Compose {
        return (Route::General, "The request is to write something, and names no document.".into());
    }
    let known = Known::of(question, text);
    if is_follow_up(text, question.recent())
        && let Some(before) = question.recent().last()
    {
        return if before.from_documents || before.answer.is_none() || known.share >= COVERED {
            (Route::Documents, "The question goes on with one about the documents.".into())
        } else {
            (Route::General, "The question goes on with a general one.".into())
        };
    }
    if let Some(name) = known.names.first() {
        return (Route::Documents, format!("\u{201c}{name}\u{201d} occurs in the documents."));
    }
    let similarity = reading.sentences.iter().filter_map(|sentence| sentence.similarity).fold(f32::NAN, f32::max);
    let near = similarity >= SAME_MATTER;
    let fact = matches!(kind, AnswerKind::Number | AnswerKind::Date | AnswerKind::Person | AnswerKind::Place);
    if cues.own && (known.share > 0.0 || fact) {
        return (Route::Documents, "The question points at the person's own matters.".into());
    }
    let needed = if fact { COVERED_FACT } else { COVERED };
    // A common word ("capital") may occur in documents that are about other matters; the encoder sees that.
    let elsewhere = !cues.definite && similarity < SAME_MATTER;
    if known.foreign_names && (known.share < needed || elsewhere) {
        return (Route::General, "The question is about names that the documents do not know.".into());
    }
    if let Some(phrase) =
        known.definite.first().filter(|_| kind != AnswerKind::Definition || near || similarity.is_nan())
    {
        return (Route::Documents, format!("The documents know \u{201c}the {phrase}\u{201d} of the question."));
    }
    if cues.definite && (fact || known.share >= COVERED_FACT) {
        return (Route::Documents, "The question points at something definite (\u{201c}the \u{2026}\u{201d}).".into());
    }
    // A broad question that shares only common words with the documents is still general.
    let broad = matches!(kind, AnswerKind::Definition | AnswerKind::HowTo);
    if known.share >= needed && known.share > 0.0 && (!broad || near || similarity.is_nan()) {
        return (Route::Documents, "The documents know the words of the question.".into());
    }
    if near {
        return (Route::Documents, "A sentence of the documents is about the same matter.".into());
    }
    (Route::General, "The documents are about other matters.".into())
}

/// Signs in the wording.
struct Cues {
    names_documents: bool,
    own: bool,
    definite: bool,
}

impl Cues {
    fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let words: Vec<String> = tokens.iter().map(|token| fold(token.text)).collect();
        let flat = words.join(" ");
        let mut cues = Self {
            names_documents: flat.contains("according to the")
                || flat.contains("according to my")
                || flat.contains("according to our"),
            own: words.iter().any(|word| OWN.contains(&word.as_str()))
                || PERMISSIONS
                    .iter()
                    .any(|opening| flat.starts_with(opening) || flat.contains(&format!(" {opening} "))),
            definite: false,
        };
        for (at, pair) in words.windows(2).enumerate() {
            let points = pair[0] == "the" || OWN.contains(&pair[0].as_str());
            if points && DOCUMENT_NOUNS.contains(&pair[1].as_str()) {
                cues.names_documents = true;
            }
            let common = tokens.get(at + 1).is_some_and(|token| token.text.starts_with(char::is_lowercase));
            if pair[0] == "the" && common && !WORLD.contains(&pair[1].as_str()) {
                cues.definite = true;
            }
        }
        cues
    }
}

/// What the library knows of a question.
struct Known {
    /// Share of the content words that occur.
    share: f32,
    /// Names that occur.
    names: Vec<String>,
    /// Whether there are names, and none occurs.
    foreign_names: bool,
    /// What follows a "the", up to the next function word, where every word of it occurs.
    definite: Vec<String>,
}

impl Known {
    fn of(question: &Question, text: &str) -> Self {
        let in_passages: HashSet<String> = question
            .passages
            .iter()
            .flat_map(|passage| [passage.title.as_str(), passage.heading.as_str(), passage.text.as_str()])
            .flat_map(|part| tokens(part).into_iter().map(|token| stem(token.text)).collect::<Vec<_>>())
            .collect();
        let knows = |word: &str| {
            question
                .library
                .word_passages
                .get(word)
                .map_or_else(|| in_passages.contains(&stem(word)), |count| *count > 0)
        };
        let words: Vec<String> =
            library_words(text).into_iter().filter(|word| !ASKING.contains(&word.as_str())).collect();
        let known = words.iter().filter(|word| knows(word)).count();
        let share = if words.is_empty() { 0.0 } else { known as f32 / words.len() as f32 };
        let all = names(text);
        // The capital at the start of a question is grammar.
        let real: Vec<_> = all.iter().filter(|name| !name.opens_sentence).collect();
        let is_known = |name: &str| {
            let parts: Vec<String> = tokens(name)
                .iter()
                .map(|token| fold(token.text))
                .map(|word| word.strip_suffix("'s").unwrap_or(&word).to_owned())
                .filter(|word| !is_function_word(word))
                .collect();
            // Half of a name is enough: documents say "Khan" where a person asks about "Temur Khan".
            !parts.is_empty() && 2 * parts.iter().filter(|part| knows(part)).count() >= parts.len()
        };
        let names: Vec<String> =
            real.iter().filter(|name| is_known(&name.text)).map(|name| name.text.clone()).collect();
        let definite = definite_phrases(text).into_iter().filter(|phrase| phrase.iter().all(|word| knows(word)));
        Self {
            share,
            foreign_names: !real.is_empty() && names.is_empty(),
            names,
            definite: definite.map(|phrase| phrase.join(" ")).collect(),
        }
    }
}

/// What the question calls "the ...": its words up to the next function word. What points at the whole world is left out.
fn definite_phrases(text: &str) -> Vec<Vec<String>> {
    let words: Vec<String> = tokens(text).iter().map(|token| fold(token.text)).collect();
    let mut out = Vec::new();
    for (at, _) in words.iter().enumerate().filter(|(_, word)| *word == "the") {
        let phrase: Vec<String> = words[at + 1..].iter().take_while(|word| !is_function_word(word)).cloned().collect();
        if phrase.first().is_some_and(|first| !WORLD.contains(&first.as_str())) {
            out.push(phrase);
        }
    }
    out
}
