//! The face of the crate.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use conclave_protocol::{Category, Mark};

use crate::detector::{DETECTORS, Finding, Strength};
use crate::error::PrivacyError;
use crate::hints::Hints;
use crate::numbers;
use crate::overlap;
use crate::review;
use crate::rules::Rules;
use crate::secrets::{self, Cue, samples};
use crate::shadow::Shadow;
use crate::shadow::encoded;
use crate::shadow::wrapped::{Cut, Wrapped};
use crate::structured::Layout;
use crate::tokens::{Kind, Tokens};

/// Longest text that is read.
pub const TEXT_MAX_BYTES: usize = 32 << 20;

/// A part of a key that has this length is no word.
const KEY_PART_MIN: usize = 20;
/// A find that has only a form makes an encoded text private where it is at least this part of it.
const COVERED_SHARE: usize = 16;
/// Most encodings inside one another that are read.
const ENCODINGS_MAX: usize = 2;

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
    ///
    /// # Errors
    /// [`PrivacyError::TooLong`] for a text of more than [`TEXT_MAX_BYTES`]: nothing of it may be sent.
    pub fn find(&self, text: &str) -> Result<Vec<Finding>, PrivacyError> {
        self.find_by(text, &Rules::default())
    }

    /// Everything that is to be hidden by a person's rules, ordered by place, without overlaps.
    ///
    /// # Errors
    /// As [`Redactor::find`].
    pub fn find_by(&self, text: &str, rules: &Rules) -> Result<Vec<Finding>, PrivacyError> {
        if text.len() > TEXT_MAX_BYTES {
            return Err(PrivacyError::TooLong { size_bytes: text.len() });
        }
        let mut found = Vec::new();
        self.read(text, rules, 0, &mut found);
        let layout = Layout::of(text);
        layout.detect(text, &mut found);
        found.retain(|finding| rules.hides(text, finding));
        Ok(layout.clip(text, overlap::unite(found)))
    }

    /// Adds what is found in a text, in its disguised stretches and over its line breaks.
    fn read(&self, text: &str, rules: &Rules, depth: usize, found: &mut Vec<Finding>) {
        let shadow = Shadow::of(text);
        let plain = shadow.text();
        let mut here = Vec::new();
        self.detect(plain, rules.hints(), &mut here);
        rules.detect(plain, &mut here);
        let cuts = Cut::all(plain);
        if !cuts.is_empty() {
            for glue in ["", " "] {
                self.read_wrapped(&Wrapped::of(plain, &cuts, glue), rules.hints(), &mut here);
            }
        }
        if depth < ENCODINGS_MAX {
            for encoded in encoded::stretches(plain) {
                let mut inside = Vec::new();
                self.read(&encoded.text, rules, depth + 1, &mut inside);
                // In a picture or a page an address of four small numbers is mostly a version.
                let least = encoded.text.len() / COVERED_SHARE;
                let strongest = inside.into_iter().filter(|finding| match finding.strength {
                    Strength::Contextual => false,
                    Strength::Patterned => finding.span.len() >= least,
                    _ => true,
                });
                let strongest = strongest.max_by_key(|finding| finding.strength);
                here.extend(strongest.map(|finding| Finding { span: encoded.span, ..finding }));
            }
        }
        found.extend(here.into_iter().map(|finding| Finding { span: shadow.original(finding.span), ..finding }));
    }

    /// Adds values that a line break cuts in two.
    fn read_wrapped(&self, wrapped: &Wrapped, hints: &Hints, found: &mut Vec<Finding>) {
        let mut inside = Vec::new();
        self.detect(&wrapped.text, hints, &mut inside);
        // What a line holds is made longer by the line below it only where that looks like the rest of it.
        let whole = overlap::unite(found.clone());
        for finding in inside {
            let Some((span, behind)) = wrapped.original(finding.span) else { continue };
            let first = whole.partition_point(|other| other.span.end <= span.start);
            let known = whole.get(first).filter(|other| other.span.start < span.end);
            let is_longer = known.is_none_or(|known| {
                known.category == finding.category && known.span.len() < span.len() && goes_on(&finding, behind)
            });
            if is_longer && survives_a_break(&finding, &wrapped.text) {
                found.push(Finding { span, ..finding });
            }
        }
    }

    /// Adds what the detectors find in a text in normal form.
    fn detect(&self, text: &str, hints: &Hints, found: &mut Vec<Finding>) {
        let bytes = text.as_bytes();
        numbers::scan(bytes, hints, found);
        samples::scan(bytes, found);
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
                    let found = if cue.knows_form() { &mut *found } else { &mut named };
                    cue.scan(bytes, hit.start(), hit.end(), found);
                }
                None => {}
            }
        }
        found.append(&mut named);
    }

    /// What was found in one text, each with its token; numbers begin at 1 and follow the order in the text.
    ///
    /// # Errors
    /// As [`Redactor::find`].
    pub fn marks(&self, text: &str) -> Result<Vec<Mark>, PrivacyError> {
        self.marks_by(text, &Rules::default(), &mut Tokens::new())
    }

    /// What a person's rules hide, with the tokens of a conversation.
    ///
    /// # Errors
    /// As [`Redactor::find`].
    pub fn marks_by(&self, text: &str, rules: &Rules, tokens: &mut Tokens) -> Result<Vec<Mark>, PrivacyError> {
        let marks = self
            .find_by(text, rules)?
            .into_iter()
            .filter_map(|finding| {
                let token = tokens.assign(Kind::Value(finding.category), finding.span.of(text)?);
                Some(review::mark(&finding, token))
            })
            .collect();
        Ok(marks)
    }
}

/// Whether a value that a line holds may go on in the next one, which continues with `behind`.
fn goes_on(finding: &Finding, behind: &str) -> bool {
    let has = |class: fn(&u8) -> bool| behind.bytes().any(|byte| class(&byte));
    match finding.strength {
        Strength::Secret => has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) || behind.len() >= KEY_PART_MIN,
        _ => finding.category == Category::IpAddress,
    }
}

/// Whether a find may lie over a line break: its form holds it together.
fn survives_a_break(finding: &Finding, text: &str) -> bool {
    match finding.category {
        Category::Email | Category::IpAddress | Category::MacAddress => true,
        Category::Phone => finding.span.of(text).is_some_and(|number| number.starts_with(['+', '('])),
        _ => finding.strength >= Strength::Checksummed,
    }
}
