//! The texts that the model is fitted on.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use conclave_privacy::names::model::{self, Label};
use conclave_privacy::names::words::{self, Lexicon, Word};
use conclave_privacy::names::{Entry, Gazetteer, features};

use crate::crf::{Chain, Random, Step};

type Outcome = Result<(), Box<dyn Error>>;

/// Times that each template is filled.
const FILLS: usize = 24;
/// One in so many filled names is hidden from the gazetteer, as if it did not know it.
const HIDDEN: usize = 5;

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

    /// Posts with marked persons, places and companies.
    pub fn posts(&mut self, path: &Path) -> Outcome {
        for line in std::fs::read_to_string(path)?.lines() {
            let item: serde_json::Value = serde_json::from_str(line)?;
            let text = item["text"].as_str().ok_or("no text")?;
            let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut marks: Vec<Mark> = Vec::new();
            for span in item["spans"].as_array().ok_or("no spans")? {
                let at = |name: &str| span[name].as_u64().and_then(|n| bytes.get(usize::try_from(n).ok()?)).copied();
                let label = match span["label"].as_str() {
                    Some("PERSON") => Label::Person,
                    Some("LOCATION") => Label::Location,
                    Some("ORGANIZATION") => Label::Organization,
                    _ => continue,
                };
                marks.push((at("start").ok_or("no start")?, at("end").ok_or("no end")?, Some(label)));
            }
            self.add(text, &marks, 1.0, &[]);
        }
        Ok(())
    }

    /// Sentences of our own.
    pub fn templates(&mut self) -> Outcome {
        let mut random = Random(11);
        let mut fillers: BTreeMap<char, Vec<&str>> = BTreeMap::new();
        for line in include_str!("fillers.txt").lines().filter(|line| !line.starts_with("# What")) {
            let (kind, words) = line.split_at_checked(2).ok_or("an empty line of fillers")?;
            let kind = kind.chars().next().ok_or("no kind")?;
            fillers.entry(kind).or_default().extend(words.split(',').map(str::trim));
        }
        for template in include_str!("templates.txt").lines().filter(|line| !line.starts_with("# ")) {
            let template = template.replace("\\n", "\n");
            for _ in 0..if template.contains('{') { FILLS } else { FILLS / 3 } {
                let (text, marks, hidden) = fill(&template, &fillers, &mut random)?;
                self.add(&text, &marks, 0.5, &hidden);
            }
        }
        Ok(())
    }

    /// Documentation and code of this repository: nobody is named there.
    pub fn own_texts(&mut self) -> Outcome {
        let mut open = vec![package().join("../..")];
        let mut files = Vec::new();
        while let Some(path) = open.pop() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "models", "node_modules", "examples", "tests", "privacy", ".git", "gazetteer"]
                    .contains(&name.as_str())
                {
                    open.extend(std::fs::read_dir(&path)?.filter_map(|entry| Some(entry.ok()?.path())));
                }
            } else if [".rs", ".md", ".toml", ".js", ".html", ".css"].iter().any(|end| name.ends_with(end)) {
                files.push(path);
            }
        }
        files.sort();
        for file in files {
            self.add(&std::fs::read_to_string(file)?, &[], 0.3, &[]);
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
        let letter = kind.chars().next().ok_or("empty braces")?;
        let list = letter.to_ascii_uppercase();
        let start = text.len();
        let mut value = match list {
            'I' => char::from(b'A' + u8::try_from(random.below(26))?).to_string(),
            _ => {
                let words = fillers.get(&list).ok_or_else(|| format!("there are no fillers for {list}"))?;
                let mut value = words[random.below(words.len())].to_owned();
                // `University of *C`: a name within the name.
                while let Some((before, after)) = value.split_once('*') {
                    let inner =
                        after.chars().next().and_then(|kind| fillers.get(&kind)).ok_or("a star without a kind")?;
                    let after = after.get(1..).unwrap_or_default();
                    value = format!("{before}{}{after}", inner[random.below(inner.len())]);
                }
                value
            }
        };
        if letter.is_lowercase() {
            value = value.to_lowercase();
        } else if kind.ends_with('U') {
            value = value.to_uppercase();
        }
        // `the United States`: the article is no part of the name.
        let article = if list == 'N' || list == 'O' { value.strip_prefix("the ").map_or(0, |_| 4) } else { 0 };
        text.push_str(&value);
        let label = match list {
            'F' | 'L' | 'I' => Some(Label::Person),
            'C' | 'N' => Some(Label::Location),
            'O' => Some(Label::Organization),
            _ => None,
        };
        marks.push((start + article, text.len(), label));
        if label.is_some() && random.below(HIDDEN) == 0 {
            hidden.push((start, text.len()));
        }
    }
    text.push_str(rest);
    Ok((text, marks, hidden))
}

/// This crate's folder, as Cargo tells it to the program that it starts.
fn package() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| "engine/privacy".into(), Into::into)
}
