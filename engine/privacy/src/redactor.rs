//! The face of the crate.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use conclave_protocol::Mark;

use crate::detector::{DETECTORS, Finding};
use crate::error::PrivacyError;
use crate::numbers;
use crate::overlap;
use crate::secrets::{self, Cue, samples};
use crate::tokens::Tokens;

/// What an anchor leads to.
#[derive(Clone, Copy)]
enum Target {
    Detector(usize),
    Secret(Cue),
}

/// Finds values that should not leave the device.
pub struct Redactor {
    anchors: AhoCorasick,
    targets: Vec<Target>,
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
        secrets::cues().for_each(|(anchor, cue)| add(anchor, Target::Secret(cue)));
        let anchors = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&words)
            .map_err(|error| PrivacyError::Table(error.to_string()))?;
        Ok(Self { anchors, targets })
    }

    /// Everything that was found, ordered by place, without overlaps.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        numbers::scan(bytes, &mut found);
        samples::scan(bytes, &mut found);
        // What only a name betrays: where a form says the same of the same place, the form tells more and comes first.
        let mut named = Vec::new();
        // A scanner that consumed a stretch is not asked again inside it: this is what keeps long finds linear.
        let mut consumed = [0usize; DETECTORS.len()];
        for hit in self.anchors.find_overlapping_iter(bytes) {
            match self.targets.get(hit.pattern().as_usize()) {
                Some(Target::Detector(i)) => {
                    let detector = &DETECTORS[*i];
                    if hit.start() < consumed[*i] {
                        continue;
                    }
                    if let Some(span) = (detector.scan)(text, hit.start()) {
                        consumed[*i] = span.end;
                        found.push(Finding::new(span, detector.category, detector.strength, detector.name));
                    }
                }
                Some(Target::Secret(cue)) => {
                    let found = if cue.knows_form() { &mut found } else { &mut named };
                    cue.scan(bytes, hit.start(), hit.end(), found);
                }
                None => {}
            }
        }
        found.append(&mut named);
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
