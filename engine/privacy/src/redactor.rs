//! The face of the crate.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use conclave_protocol::Mark;

use crate::detector::{DETECTORS, Finding};
use crate::error::PrivacyError;
use crate::keys::{self, ANNOUNCED, GENERIC, Generic, Key};
use crate::names::{self, Gazetteer};
use crate::numbers;
use crate::overlap;
use crate::tokens::Tokens;

/// What an anchor leads to.
#[derive(Clone, Copy)]
enum Target {
    Detector(usize),
    Key(&'static Key),
    Announced(usize),
    Generic,
}

/// Finds values that should not leave the device.
pub struct Redactor {
    anchors: AhoCorasick,
    targets: Vec<Target>,
    gazetteer: Option<Gazetteer>,
}

impl Redactor {
    /// A redactor with all detectors.
    ///
    /// # Errors
    /// [`PrivacyError::Table`] when the anchors do not compile; a test shows that they do.
    pub fn new() -> Result<Self, PrivacyError> {
        let mut words: Vec<&str> = Vec::new();
        let mut targets = Vec::new();
        let mut add = |word: &'static str, target| {
            words.push(word);
            targets.push(target);
        };
        for (i, detector) in DETECTORS.iter().enumerate() {
            detector.anchors.iter().for_each(|anchor| add(anchor, Target::Detector(i)));
        }
        keys::all().for_each(|key| add(key.anchor, Target::Key(key)));
        ANNOUNCED.iter().enumerate().for_each(|(i, rule)| add(rule.vendor, Target::Announced(i)));
        GENERIC.names.iter().for_each(|name| add(name, Target::Generic));
        let anchors = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&words)
            .map_err(|error| PrivacyError::Table(error.to_string()))?;
        Ok(Self { anchors, targets, gazetteer: None })
    }

    /// The same with a list of names: persons, places and organisations are found too.
    #[must_use]
    pub fn with_gazetteer(mut self, gazetteer: Gazetteer) -> Self {
        self.gazetteer = Some(gazetteer);
        self
    }

    /// Everything that was found, ordered by place, without overlaps.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        numbers::scan(bytes, &mut found);
        // A scanner that consumed a stretch is not asked again inside it: this is what keeps long finds linear.
        let mut consumed = [0usize; DETECTORS.len()];
        for hit in self.anchors.find_overlapping_iter(bytes) {
            let finding = match self.targets.get(hit.pattern().as_usize()) {
                Some(Target::Detector(i)) => {
                    let detector = &DETECTORS[*i];
                    if hit.start() < consumed[*i] {
                        continue;
                    }
                    (detector.scan)(text, hit.start()).map(|span| {
                        consumed[*i] = span.end;
                        Finding::new(span, detector.category, detector.strength, detector.name)
                    })
                }
                Some(Target::Key(key)) => key.scan(bytes, hit.start()),
                Some(Target::Announced(i)) => ANNOUNCED[*i].scan(bytes, hit.start(), hit.end()),
                Some(Target::Generic) => Generic::scan(bytes, hit.end()),
                None => None,
            };
            found.extend(finding);
        }
        names::scan(text, self.gazetteer.as_ref(), &mut found);
        overlap::unite(found)
    }

    /// What was found in one text, each with its token; numbers begin at 1 and follow the order in the text.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Mark> {
        self.marks_with(&mut Tokens::new(), text)
    }

    /// What was found, with the tokens of a conversation.
    #[must_use]
    pub fn marks_with(&self, tokens: &mut Tokens, text: &str) -> Vec<Mark> {
        self.find(text)
            .into_iter()
            .filter_map(|finding| {
                let value = finding.span.of(text)?;
                Some(Mark {
                    span: finding.span,
                    category: finding.category,
                    token: tokens.token(finding.category, value),
                })
            })
            .collect()
    }
}
