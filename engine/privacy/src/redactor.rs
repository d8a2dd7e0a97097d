//! The face of the crate.

use conclave_protocol::{Category, Mark, Span};

use crate::anchors::{Anchor, Anchors};
use crate::detector::{DETECTORS, Finding, Strength};
use crate::error::PrivacyError;
use crate::focus::Focus;
use crate::hints::Hints;
use crate::identifiers;
use crate::names::{self, Gazetteer};
use crate::numbers;
use crate::overlap;
use crate::review;
use crate::rules::Rules;
use crate::runs;
use crate::secrets::{self, Cue, samples};
use crate::shadow::Shadow;
use crate::shadow::encoded;
use crate::shadow::wrapped::Wrapped;
use crate::structured::Layout;
use crate::tokens::{Kind, Tokens};

/// Longest text that is read.
pub const TEXT_MAX_BYTES: usize = 32 << 20;

/// A part of a key that has this length is no word.
const KEY_PART_MIN: usize = 20;
/// Longest rest of a card's number behind one that is whole without it: 19 digits less 13.
const CARD_REST_MAX: usize = 6;
/// Longest rest of a domain that is put behind an address which is whole without it.
const DOMAIN_REST_MAX: usize = 8;
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

impl Target {
    /// What stands in the place of the anchor letter by letter, where only one thing leads to a find.
    const fn begins_with(self) -> Option<&'static str> {
        match self {
            Self::Secret(Cue::Key(key)) => key.begins_with(),
            _ => None,
        }
    }

    /// Whether a find has a long run of key characters at the anchor or near it.
    fn is_with_run(self) -> bool {
        matches!(self, Self::Secret(Cue::Key(key)) if key.is_with_run())
    }
}

/// Finds values that should not leave the device.
pub struct Redactor {
    anchors: Anchors,
    targets: Vec<Target>,
    gazetteer: Option<Gazetteer>,
}

impl Redactor {
    /// A redactor with all detectors.
    ///
    /// # Errors
    /// [`PrivacyError::Table`] when the anchors do not compile; a test shows that they do.
    pub fn new() -> Result<Self, PrivacyError> {
        let mut anchors = Vec::new();
        let mut targets = Vec::new();
        let mut add = |word: &'static str, target: Target| {
            anchors.push(Anchor { word, exact: target.begins_with(), with_run: target.is_with_run() });
            targets.push(target);
        };
        for (i, detector) in DETECTORS.iter().enumerate() {
            detector.anchors.iter().for_each(|anchor| add(anchor, Target::Detector(i)));
        }
        secrets::cues().for_each(|(anchor, cue)| add(anchor, Target::Secret(cue)));
        let anchors =
            Anchors::new(anchors).ok_or_else(|| PrivacyError::Table("an anchor is empty or too long".into()))?;
        Ok(Self { anchors, targets, gazetteer: None })
    }

    /// The same with a list of names: persons, places and organisations are found too.
    #[must_use]
    pub fn with_gazetteer(mut self, gazetteer: Gazetteer) -> Self {
        self.gazetteer = Some(gazetteer);
        self
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
        let runs = runs::all(plain.as_bytes());
        let mut here = Vec::new();
        self.detect(plain, &runs, rules.hints(), None, &mut here);
        rules.detect(plain, &mut here);
        if depth == 0 {
            names::scan(plain, self.gazetteer.as_ref(), &mut here);
        }
        self.read_wrapped(plain, rules.hints(), &mut here);
        if depth < ENCODINGS_MAX {
            for encoded in encoded::stretches(plain, &runs) {
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
    fn read_wrapped(&self, text: &str, hints: &Hints, found: &mut Vec<Finding>) {
        let mut all = Wrapped::all(text).peekable();
        if all.peek().is_none() {
            return;
        }
        let known_len = found.len();
        let mut known = None;
        let mut inside = Vec::new();
        for wrapped in all {
            inside.clear();
            let runs = runs::all(wrapped.text.as_bytes());
            self.detect(&wrapped.text, &runs, hints, Some(wrapped.breaks()), &mut inside);
            for finding in &inside {
                let Some((span, behind)) = wrapped.original(finding.span) else { continue };
                let known = known.get_or_insert_with(|| overlap::unite(found[..known_len].to_vec()));
                let first = known.partition_point(|other| other.span.end <= span.start);
                let touched = known[first..].iter().take_while(|other| other.span.start < span.end);
                if survives_a_break(finding, &wrapped.text)
                    && touched.into_iter().all(|other| is_part_of(other, finding, span, behind))
                {
                    found.push(Finding { span, ..finding.clone() });
                }
            }
        }
    }

    /// Adds what the detectors find in a text in normal form, which has these long runs; where breaks are given, only finds
    /// over one of them are wanted.
    fn detect(&self, text: &str, runs: &[Span], hints: &Hints, breaks: Option<&[usize]>, found: &mut Vec<Finding>) {
        let bytes = text.as_bytes();
        let focus = || breaks.map_or_else(Focus::all, Focus::over);
        numbers::scan(bytes, hints, focus(), found);
        identifiers::scan(bytes, hints, focus(), found);
        samples::scan(bytes, &focus(), found);
        let wanted = focus();
        // What only a name betrays: where a form says the same of the same place, the form tells more and comes first.
        let mut named = Vec::new();
        // A scanner that consumed a stretch is not asked again inside it: this is what keeps long finds linear.
        let mut consumed = [0usize; DETECTORS.len()];
        self.anchors.each(bytes, runs, |anchor, start, end| match self.targets.get(anchor) {
            Some(Target::Detector(i)) => {
                let detector = &DETECTORS[*i];
                if start >= consumed[*i]
                    && let Some(span) = (detector.scan)(text, start)
                {
                    consumed[*i] = span.end;
                    found.push(detector.finding(span, text));
                }
            }
            Some(Target::Secret(cue)) => {
                let found = if cue.knows_form() { &mut *found } else { &mut named };
                cue.scan(bytes, start, end, &wanted, found);
            }
            None => {}
        });
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

/// Whether what one line holds is a part of what was found over its end, in the next one as `behind`. Something that is
/// whole in its line is not made longer by what stands below it.
fn is_part_of(known: &Finding, joined: &Finding, span: Span, behind: &str) -> bool {
    if known.span.len() >= span.len() || known.span.start < span.start || known.span.end > span.end {
        return false;
    }
    match joined.category {
        // The form says where they end.
        Category::IpAddress | Category::Iban | Category::CryptoAddress => true,
        // A few digits are the rest of a card, on whichever side of the break.
        Category::CreditCard => {
            let rest = behind.len().min(joined.span.len() - behind.len());
            known.category != Category::CreditCard || rest <= CARD_REST_MAX
        }
        Category::Phone => joined.score >= known.score,
        // `ann@example.co` before `m.br`.
        Category::Email => known.category == Category::Email && behind.len() <= DOMAIN_REST_MAX && behind.contains('.'),
        _ if joined.strength < Strength::Secret => {
            known.strength == Strength::Contextual && joined.strength == Strength::Checksummed
        }
        _ => known.strength < Strength::Secret || looks_random(behind) && !is_assignment(behind),
    }
}

/// Whether a line begins with a variable's name, in capitals, and what it is set to: it says something of its own. A small
/// name may be that of a parameter, in an address that was cut; the end of base 64 is none.
fn is_assignment(line: &str) -> bool {
    let name =
        line.bytes().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_').count();
    name > 1 && matches!(line.as_bytes()[name..], [b'=', value, ..] if value != b'=')
}

/// Whether it is the rest of a key and not a word: digits among letters, capitals behind small letters, or long.
fn looks_random(part: &str) -> bool {
    let has = |class: fn(&u8) -> bool| part.bytes().any(|byte| class(&byte));
    let humps = part.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    humps || part.len() >= KEY_PART_MIN || has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

/// Whether a find may lie over a line break: its form holds it together.
fn survives_a_break(finding: &Finding, text: &str) -> bool {
    match finding.category {
        Category::Email | Category::IpAddress | Category::MacAddress => true,
        Category::Phone => finding.span.of(text).is_some_and(|number| number.starts_with(['+', '('])),
        _ => finding.strength >= Strength::Checksummed,
    }
}
