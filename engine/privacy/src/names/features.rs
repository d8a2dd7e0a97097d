//! What the model sees of a word: gazetteer levels, shape and cues of the word and its neighbours. No word has a weight of
//! its own, so that the model fits other texts than those it was fitted on.

use super::cues::Cue;
use super::gazetteer::Entry;
use super::words::{Gap, LineCase, Shape, Word};

/// Features that a word has at once.
pub const ACTIVE: usize = 28;

macro_rules! layout {
    ($($name:ident = $size:expr;)*) => {
        layout!(@ 0; $($name = $size;)*);
    };
    (@ $from:expr; $name:ident = $size:expr; $($rest:tt)*) => {
        const $name: usize = $from;
        layout!(@ $from + $size; $($rest)*);
    };
    (@ $from:expr;) => {
        /// Number of features.
        pub const FEATURES: usize = $from;
    };
}

const CUES: usize = 64;
const _: () = assert!(Cue::COUNT <= CUES);

layout! {
    BIAS = 1;
    SHAPE = 7 * 2 * 5;
    COMMON = 8 * 4 * 2;
    PERSON = 4 * 4 * 4;
    PLACE = 4 * 4 * 2;
    ORGANISATION = 2 * 4;
    PERSON_OR_COMMON = 4 * 3 * 4;
    PLACE_OR_COMMON = 4 * 3 * 4;
    CUE = CUES * 2;
    CUE_BEFORE = CUES * 4 * 2;
    CUE_AFTER = CUES * 4 * 2;
    CUE_BEFORE_2 = CUES * 2;
    CUE_AFTER_2 = CUES;
    GAP = 16 * 2;
    GAP_AFTER = 16 * 2;
    GIVEN_THEN_SURNAME = 4 * 4 * 2;
    SURNAME_FOLLOWS = 4 * 4 * 2;
    SUFFIX = 16 * 2;
    STRANGER = 16;
    FOREIGN = 8;
    LENGTH = 6 * 2 * 2;
    PAIR = 12 * 2 * 2;
    PHRASE = 4 * 4;
    SHORT_LINE = 16;
    NEIGHBOURS = 3 * 3 * 3;
    KNOWN_AND_CUE = CUES * 2;
    FORM_BEFORE = FORMS * 2;
    FORM_AFTER = FORMS * 4;
}

/// What two words before a word say together.
fn pair(before_2: Cue, before: Cue) -> usize {
    match (before_2, before) {
        (Cue::NameField, Cue::Is) | (Cue::My, Cue::NameField) => 1,
        (Cue::I, Cue::Is) | (_, Cue::Iam) => 2,
        (Cue::This, Cue::Is) => 3,
        (Cue::Called, Cue::Me) | (Cue::Meets, Cue::Me) => 4,
        (Cue::Works, Cue::At | Cue::For | Cue::With | Cue::By) => 5,
        (Cue::Role, Cue::At | Cue::Of) => 6,
        (Cue::Lives | Cue::Says, Cue::In | Cue::To | Cue::From | Cue::At) => 7,
        (Cue::My | Cue::The, Cue::Relation | Cue::Person) => 8,
        (Cue::PlaceField, Cue::Of) => 9,
        (_, Cue::From) => 10,
        (Cue::Greeting, Cue::Title) => 11,
        _ => 0,
    }
}

/// How much capitals say: nothing to see, a capital, all capitals in prose, or a line in which they say nothing.
pub fn case(word: &Word) -> usize {
    match (word.line, word.capital()) {
        (LineCase::Upper | LineCase::Title, true) => 3,
        (_, false) => 0,
        _ if word.shape == Shape::Upper => 2,
        _ => 1,
    }
}

fn gap_group(gap: Gap) -> usize {
    match gap {
        Gap::Space | Gap::Hyphen | Gap::Abbreviation | Gap::Possessive | Gap::Open => 0,
        Gap::Colon => 1,
        Gap::Comma | Gap::Newline => 2,
        _ => 3,
    }
}

fn common_group(entry: Entry) -> usize {
    match entry.common() {
        0 => {
            if entry.foreign() {
                1
            } else {
                0
            }
        }
        1..=4 => 1,
        _ => 2,
    }
}

/// Endings of names, of persons and of places.
fn suffix(word: &[u8]) -> usize {
    /// For each letter a bit for each ending that it is the last letter of.
    const LAST: [u64; 32] = {
        let mut last = [0; 32];
        let mut i = 0;
        while i < ENDINGS.len() {
            let ending = ENDINGS[i].0.as_bytes();
            last[(ending[ending.len() - 1] & 31) as usize] |= 1 << i;
            i += 1;
        }
        last
    };
    const ENDINGS: [(&str, usize); 44] = [
        ("sson", 1),
        ("son", 1),
        ("sen", 1),
        ("ski", 2),
        ("sky", 2),
        ("ska", 2),
        ("czyk", 2),
        ("wicz", 2),
        ("vic", 2),
        ("enko", 2),
        ("ova", 2),
        ("eva", 2),
        ("yan", 2),
        ("dze", 2),
        ("opoulos", 2),
        ("akis", 2),
        ("idis", 2),
        ("escu", 2),
        ("oglu", 2),
        ("ez", 3),
        ("ini", 3),
        ("elli", 3),
        ("etti", 3),
        ("ucci", 3),
        ("berg", 4),
        ("stein", 4),
        ("mann", 4),
        ("feld", 4),
        ("bauer", 4),
        ("dottir", 1),
        ("ville", 5),
        ("burg", 5),
        ("burgh", 5),
        ("ton", 6),
        ("ham", 6),
        ("shire", 5),
        ("land", 7),
        ("stan", 7),
        ("ford", 6),
        ("field", 6),
        ("stadt", 5),
        ("dorf", 5),
        ("ia", 8),
        ("tech", 9),
    ];
    let mut best = (0, 0);
    let mut rest = word.last().map_or(0, |last| LAST[usize::from(last & 31)]);
    while rest != 0 {
        let (ending, class) = ENDINGS[rest.trailing_zeros() as usize];
        rest &= rest - 1;
        let Some(rest) = word.len().checked_sub(ending.len()) else { continue };
        if rest >= 2 && ending.len() > best.0 && word[rest..].eq_ignore_ascii_case(ending.as_bytes()) {
            best = (ending.len(), class);
        }
    }
    best.1
}

/// Kinds of [`form`].
const FORMS: usize = 8;

/// What the ending of a neighbour that is written small says about its part of speech.
fn form(text: &[u8], word: Option<&Word>, gap: Gap) -> usize {
    let Some(word) = word.filter(|word| word.shape == Shape::Lower && matches!(gap, Gap::Space | Gap::Possessive))
    else {
        return 0;
    };
    match text.get(word.start..word.end) {
        Some([.., b'e', b'd']) => 2,
        Some([.., b'i', b'n', b'g']) => 3,
        Some([.., b'l', b'y']) => 4,
        Some([.., b's', b's'] | [.., b'i' | b'u' | b'\'', b's']) => 5,
        Some([.., b's']) => 6,
        Some([.., b'i', b'o', b'n'] | [.., b'e' | b'o', b'r']) => 7,
        _ => 1,
    }
}

/// What stands around a word.
pub struct Context<'a> {
    /// All words of the block.
    pub words: &'a [Word],
    /// Bytes of the text.
    pub text: &'a [u8],
    /// Kind of the phrase of the gazetteer that each word belongs to: 0 none, 1 a place, 2 a company, 3 persons.
    pub phrases: &'a [u8],
}

/// The features of a word. Unused places at the end are the bias again with no weight: the number of features is given too.
pub fn of(context: &Context<'_>, at: usize) -> ([u16; ACTIVE], usize) {
    let words = context.words;
    let word = &words[at];
    let cue_at = |index: Option<usize>| index.and_then(|i| words.get(i)).map_or(Cue::None, |other| other.cue);
    let before = at.checked_sub(1).and_then(|i| words.get(i)).filter(|_| word.gap != Gap::Blank);
    let after = words.get(at + 1).filter(|other| other.gap != Gap::Blank);
    let gap_after = words.get(at + 1).map_or(Gap::Blank, |other| other.gap);
    let (case, capital) = (case(word), usize::from(word.capital()));
    let entry = word.entry;
    let first = usize::from(word.first);
    let person = usize::from(entry.given().max(entry.surname()));
    let common = common_group(entry);
    let known = usize::from(entry.known());
    let length = match word.end - word.start {
        0..=1 => 0,
        2 => 1,
        3 => 2,
        4..=5 => 3,
        6..=8 => 4,
        _ => 5,
    };
    let joined = |gap: Gap| matches!(gap, Gap::Space | Gap::Hyphen | Gap::Abbreviation);
    let class = |other: Option<&Word>| match other {
        Some(other) if other.capital() => 2,
        Some(other) if other.letters() => 1,
        _ => 0,
    };
    let mut features = [0u16; ACTIVE];
    let mut count = 0;
    let mut add = |feature: usize| {
        features[count] = u16::try_from(feature).unwrap_or_default();
        count += 1;
    };
    add(BIAS);
    add(SHAPE + (word.shape as usize * 2 + first) * 5 + word.line as usize);
    add(COMMON + (entry.common() as usize * 4 + case) * 2 + first);
    add(PERSON + (entry.given() as usize * 4 + entry.surname() as usize) * 4 + case);
    add(PLACE + (entry.place() as usize * 4 + case) * 2 + usize::from(person > 0));
    add(ORGANISATION + usize::from(entry.organisation()) * 4 + case);
    add(PERSON_OR_COMMON + (person * 3 + common) * 4 + case);
    add(PLACE_OR_COMMON + (entry.place() as usize * 3 + common) * 4 + case);
    add(CUE + word.cue as usize * 2 + capital);
    let cue_before = before.map_or(Cue::None, |other| other.cue);
    add(CUE_BEFORE + (cue_before as usize * 4 + gap_group(word.gap)) * 2 + capital);
    add(KNOWN_AND_CUE + cue_before as usize * 2 + usize::from(entry.named()));
    let cue_after = after.map_or(Cue::None, |other| other.cue);
    add(CUE_AFTER + (cue_after as usize * 4 + gap_group(gap_after)) * 2 + capital);
    let cue_before_2 = if before.is_some() { cue_at(at.checked_sub(2)) } else { Cue::None };
    add(CUE_BEFORE_2 + cue_before_2 as usize * 2 + capital);
    add(CUE_AFTER_2 + if after.is_some() { cue_at(Some(at + 2)) as usize } else { 0 });
    add(GAP + word.gap as usize * 2 + capital);
    add(GAP_AFTER + gap_after as usize * 2 + capital);
    if let Some(before) = before.filter(|other| joined(word.gap) && other.letters()) {
        let both = usize::from(before.capital() && word.capital());
        add(GIVEN_THEN_SURNAME + (before.entry.given() as usize * 4 + entry.surname() as usize) * 2 + both);
    }
    if let Some(after) = after.filter(|other| joined(other.gap) && other.letters()) {
        let both = usize::from(after.capital() && word.capital());
        add(SURNAME_FOLLOWS + (entry.given() as usize * 4 + after.entry.surname() as usize) * 2 + both);
    }
    let bytes = context.text.get(word.start..word.end).unwrap_or_default();
    add(SUFFIX + suffix(bytes) * 2 + usize::from(common > 0));
    if !entry.known() && word.cue == Cue::None {
        add(STRANGER + capital * 8 + usize::from(class(before) == 2) * 4 + usize::from(class(after) == 2) * 2 + first);
    }
    add(FOREIGN + usize::from(entry.foreign()) * 4 + capital * 2 + first);
    add(LENGTH + (length * 2 + known) * 2 + capital);
    add(PAIR + (pair(cue_before_2, cue_before) * 2 + capital) * 2 + usize::from(common == 2));
    add(PHRASE + context.phrases.get(at).map_or(0, |p| usize::from(*p)) * 4 + case);
    add(FORM_BEFORE + form(context.text, before, word.gap) * 2 + capital);
    add(FORM_AFTER + (form(context.text, after, gap_after) * 2 + first) * 2 + capital);
    add(NEIGHBOURS + (class(before) * 3 + class(after)) * 3 + class(Some(word)));
    if before.is_none_or(|_| word.gap == Gap::Newline) || after.is_none_or(|other| other.gap == Gap::Newline) {
        add(SHORT_LINE + line_length(words, at) * 4 + capital * 2 + usize::from(person > 0));
    }
    (features, count)
}

/// How many words the line has: 0 one, 1 two or three, 2 up to six, 3 more.
fn line_length(words: &[Word], at: usize) -> usize {
    let breaks = |word: &Word| matches!(word.gap, Gap::Newline | Gap::Blank);
    let back = words[..=at].iter().rev().take(7).position(breaks).unwrap_or(7);
    let ahead = words[at + 1..].iter().take(7).position(breaks).unwrap_or(7.min(words.len() - at - 1));
    match back + ahead + 1 {
        1 => 0,
        2..=3 => 1,
        4..=6 => 2,
        _ => 3,
    }
}
