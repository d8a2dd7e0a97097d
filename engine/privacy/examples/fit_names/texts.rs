//! The texts that the model is fitted on.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use conclave_privacy::names::model::{self, Label};
use conclave_privacy::names::words::{self, Lexicon, Word};
use conclave_privacy::names::{Entry, Gazetteer, features};
use serde_json::Value;

use crate::crf::{Chain, Random, Step};

type Outcome = Result<(), Box<dyn Error>>;

/// Times that each template is filled.
const FILLS: usize = 24;
/// One in so many filled names is hidden from the gazetteer, as if it did not know it.
const HIDDEN: usize = 5;
/// Two in so many filled templates are written small, one in capitals.
const RECASED: usize = 24;
/// One in so many templates and files is left out of the fit whose confidence is compared with the truth.
const HELD: usize = 5;
/// How much a chain of benign text counts; one of a template counts 1.
const BENIGN_WEIGHT: f64 = 1.0;
/// The same for documents, which there are few of and which the text of others is likest to.
const DOCUMENT_WEIGHT: f64 = 12.0;
/// How much a chain of a post counts. In trials beside each other, 1 and 4 gave F2 .855 and .848 on generated prose and .548 and .545 on
/// posts, both not fitted on, and fewer names were found with 4 and more false ones with 1.
const POST_WEIGHT: f64 = 2.0;
/// Templates by what they are about.
const TEMPLATES: [&str; 5] = [
    include_str!("templates/basic.txt"),
    include_str!("templates/service.txt"),
    include_str!("templates/news.txt"),
    include_str!("templates/records.txt"),
    include_str!("templates/plain.txt"),
];

/// Which templates are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// All.
    All,
    /// Those whose texts the model is fitted on before it is calibrated.
    AllButHeld,
    /// Those that it is calibrated on.
    Held,
}

impl Take {
    const fn takes(self, number: usize) -> bool {
        match self {
            Self::All => true,
            Self::AllButHeld => !number.is_multiple_of(HELD),
            Self::Held => number.is_multiple_of(HELD),
        }
    }
}

/// Chains of all texts.
pub struct Corpus<'a> {
    gazetteer: &'a Gazetteer,
    /// What was read.
    pub chains: Vec<Chain>,
}

/// A stretch of a text and what it is; `None` is found by others (dates, addresses) before the model is asked.
type Mark = (usize, usize, Option<Label>);

impl<'a> Corpus<'a> {
    /// Nothing yet.
    pub const fn new(gazetteer: &'a Gazetteer) -> Self {
        Self { gazetteer, chains: Vec::new() }
    }

    /// Sentences of our own.
    pub fn templates(&mut self, take: Take) -> Outcome {
        let mut random = Random(11);
        let mut fillers: BTreeMap<char, Vec<&str>> = BTreeMap::new();
        for line in include_str!("fillers.txt").lines().filter(|line| !line.starts_with("# What")) {
            let (kind, words) = line.split_at_checked(2).ok_or("an empty line of fillers")?;
            let kind = kind.chars().next().ok_or("no kind")?;
            fillers.entry(kind).or_default().extend(words.split(',').map(str::trim));
        }
        let templates = TEMPLATES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with("# "));
        for (number, template) in templates.enumerate() {
            if !take.takes(number) {
                continue;
            }
            let template = template.replace("\\n", "\n");
            for _ in 0..if template.contains('{') { FILLS } else { FILLS / 3 } {
                let (text, marks, hidden) = fill(&choose(&template, &mut random), &fillers, &mut random)?;
                let text = recased(text, &mut random);
                self.add(&text, &marks, 1.0, &hidden);
            }
        }
        Ok(())
    }

    /// Documentation and code in which nobody is named.
    pub fn benign(&mut self, folder: &Path, take: Take) -> Outcome {
        let mut open = vec![folder.to_owned()];
        let mut files = Vec::new();
        while let Some(path) = open.pop() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["examples", "tests", "privacy", "gazetteer"].contains(&name.as_str()) {
                    open.extend(std::fs::read_dir(&path)?.filter_map(|entry| Some(entry.ok()?.path())));
                }
            } else if [".rs", ".md", ".toml", ".js", ".html", ".css"].iter().any(|end| name.ends_with(end)) {
                files.push(path);
            }
        }
        files.sort();
        for (number, file) in files.iter().enumerate() {
            if !take.takes(number) {
                continue;
            }
            let weight = if file.extension().is_some_and(|end| end == "md") { DOCUMENT_WEIGHT } else { BENIGN_WEIGHT };
            self.add(&std::fs::read_to_string(file)?, &[], weight, &[]);
        }
        Ok(())
    }

    /// Posts in which persons, places and companies are marked. What else they name (works, groups, goods) is marked as nothing, and
    /// so it is nothing to the model, whose kinds these are not; dates, ages and addresses are no labels of the model.
    pub fn posts(&mut self, file: &Path, take: Take) -> Outcome {
        for (number, line) in std::fs::read_to_string(file)?.lines().enumerate() {
            if !take.takes(number) {
                continue;
            }
            let post: Value = serde_json::from_str(line)?;
            let text = post["text"].as_str().ok_or("a post without text")?;
            let bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
            let place = |value: &Value| bytes.get(usize::try_from(value.as_u64()?).ok()?).copied();
            let mut marks: Vec<Mark> = Vec::new();
            for span in post["spans"].as_array().into_iter().flatten() {
                let label = match span["label"].as_str() {
                    Some("PERSON") => Label::Person,
                    Some("LOCATION") => Label::Location,
                    Some("ORGANIZATION") => Label::Organization,
                    _ => continue,
                };
                let (start, end) = place(&span["start"]).zip(place(&span["end"])).ok_or("a mark outside its post")?;
                marks.push((start, end, Some(label)));
            }
            self.add(text, &marks, POST_WEIGHT, &[]);
        }
        Ok(())
    }

    fn add(&mut self, text: &str, marks: &[Mark], weight: f64, hidden: &[(usize, usize)]) {
        let (mut from, mut phrases) = (0, Vec::new());
        let mut lexicon = Lexicon::new(Some(self.gazetteer));
        while from < text.len() {
            let mut words: Vec<Word> = Vec::new();
            from = words::read(text, from, &mut lexicon, &mut words).max(from + 1);
            while !text.is_char_boundary(from) {
                from += 1;
            }
            for word in &mut words {
                if hidden.iter().any(|(start, end)| word.start >= *start && word.end <= *end) {
                    word.entry = Entry::default();
                }
                word.taken |=
                    marks.iter().any(|(start, end, label)| label.is_none() && word.start >= *start && word.end <= *end);
            }
            words::judge_lines(&mut words);
            model::phrases(&words, self.gazetteer, &mut phrases);
            let context = features::Context { words: &words, text: text.as_bytes(), phrases: &phrases };
            let mut chain = Vec::new();
            for at in 0..words.len() {
                if !model::is_candidate(&words, at) {
                    self.close(&mut chain, weight);
                    continue;
                }
                let (active, count) = features::of(&context, at);
                let word = &words[at];
                let label = marks.iter().find(|(start, end, _)| word.start >= *start && word.start < *end);
                let label = label.and_then(|mark| mark.2).unwrap_or_default();
                chain.push(Step { features: active, count, gap: word.gap as usize, label: label as usize });
            }
            self.close(&mut chain, weight);
        }
    }

    fn close(&mut self, steps: &mut Vec<Step>, weight: f64) {
        if !steps.is_empty() {
            self.chains.push(Chain { steps: std::mem::take(steps), weight });
        }
    }
}

/// Some texts in small letters alone, fewer in capitals alone; where that changes lengths (`ß`) the text stays.
fn recased(text: String, random: &mut Random) -> String {
    let other = match random.below(RECASED) {
        0 | 1 => text.to_lowercase(),
        2 => text.to_uppercase(),
        _ => return text,
    };
    let same = other.len() == text.len() && other.chars().zip(text.chars()).all(|(a, b)| a.len_utf8() == b.len_utf8());
    if same { other } else { text }
}

/// One of each `[a|b|c]`.
fn choose(template: &str, random: &mut Random) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, inner, after)) = choice(rest) {
        text.push_str(before);
        let options: Vec<&str> = inner.split('|').collect();
        text.push_str(options[random.below(options.len())]);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What stands before, in and behind the first brackets that hold a choice.
fn choice(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find('[')?;
        let close = open + text.get(open..)?.find(']')?;
        if text[open..close].contains('|') {
            return Some((&text[..open], &text[open + 1..close], &text[close + 1..]));
        }
        from = close;
    }
}

/// A filled template, what stands where, and which names are hidden.
#[allow(clippy::type_complexity, reason = "used once")]
fn fill(
    template: &str,
    fillers: &BTreeMap<char, Vec<&str>>,
    random: &mut Random,
) -> Result<(String, Vec<Mark>, Vec<(usize, usize)>), Box<dyn Error>> {
    let (mut text, mut marks, mut hidden) = (String::new(), Vec::new(), Vec::new());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (kind, after) = after.split_once('}').ok_or("a brace is open")?;
        rest = after;
        // `{-L}`: a name where it names nobody, as in code.
        let nobody = kind.starts_with('-');
        let kind = kind.trim_start_matches('-');
        let letter = kind.chars().next().ok_or("empty braces")?;
        let list = letter.to_ascii_uppercase();
        let start = text.len();
        let words = fillers.get(&list).ok_or_else(|| format!("there are no fillers for {list}"))?;
        let mut value = words[random.below(words.len())].to_owned();
        // `University of *C`: a name within the name.
        while let Some((before, after)) = value.split_once('*') {
            let inner = after.chars().next().and_then(|kind| fillers.get(&kind)).ok_or("a star without a kind")?;
            let after = after.get(1..).unwrap_or_default();
            value = format!("{before}{}{after}", inner[random.below(inner.len())]);
        }
        value = value.replace(';', ",");
        if letter.is_lowercase() {
            value = value.to_lowercase();
        } else if kind.len() > 1 && kind.ends_with('U') {
            value = value.to_uppercase();
        }
        // `the United States`: the article is no part of the name.
        let article = if matches!(list, 'N' | 'O' | 'Y') { value.strip_prefix("the ").map_or(0, |_| 4) } else { 0 };
        text.push_str(&value);
        let label = match list {
            _ if nobody => Some(Label::Other),
            'F' | 'L' | 'I' | 'X' | 'V' => Some(Label::Person),
            'C' | 'N' | 'Y' | 'S' => Some(Label::Location),
            'O' => Some(Label::Organization),
            'J' | 'T' | 'Q' | 'H' | 'B' | 'W' | 'U' | 'Z' => Some(Label::Other),
            _ => None,
        };
        marks.push((start + article, text.len(), label));
        if label.is_some_and(|label| label != Label::Other) && random.below(HIDDEN) == 0 {
            hidden.push((start, text.len()));
        }
    }
    text.push_str(rest);
    Ok((text, marks, hidden))
}
