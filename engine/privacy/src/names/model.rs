//! A linear-chain conditional random field (Lafferty, McCallum, Pereira 2001) over words that could be part of a name; all
//! other words are none, so that the chains are short.

use super::cues::Cue;
use super::features::{self, Context};
use super::fold::{hash_pair, hashes};
use super::gazetteer::{Entry, Gazetteer};
use super::weights::{SCALE, TRANSITIONS, WEIGHTS};
use super::words::{Gap, LineCase, Shape, Word};

/// What a word is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Label {
    /// No name.
    #[default]
    Other,
    /// A person's name.
    Person,
    /// A place.
    Location,
    /// An organisation.
    Organization,
}

/// Number of labels.
pub const LABELS: usize = 4;
const ALL: [Label; LABELS] = [Label::Other, Label::Person, Label::Location, Label::Organization];
/// Kinds of gaps between two words.
pub const GAPS: usize = 16;
/// Longest chain; a longer one is cut, so that memory is bounded.
const CHAIN_MAX: usize = 64;

/// What is taken off the label `Other`, in units of weights: a name that is missed costs more than a word that is hidden
/// needlessly (the evaluation's F2). Chosen between 8 and 16 of one sweep on WNUT17's development split: precision and recall
/// of persons were .73 / .50 at 0, .71 / .53 at 8, .68 / .57 at 16, .63 / .60 at 24.
const LEAN: i32 = 12;

/// A decided word.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decision {
    /// What it is part of.
    pub label: Label,
    /// How much better this label fits than `Other`, in natural logarithms; 0 for `Other`.
    pub margin: f32,
}

/// Whether the model is asked about a word.
pub fn is_candidate(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    if word.taken || !word.letters() || word.number == 0 || matches!(word.gap, Gap::At | Gap::Hash) {
        return false;
    }
    let entry = word.entry;
    // Most words: small ones without a name in them, that no name can go on with.
    if !word.capital()
        && match word.cue {
            Cue::None => !entry.named() && word.line != LineCase::Lower,
            cue => !may_be_small(cue),
        }
    {
        return false;
    }
    let before =
        at.checked_sub(1).and_then(|i| words.get(i)).filter(|_| matches!(word.gap, Gap::Space | Gap::Abbreviation));
    let after_given = before.is_some_and(|before| before.capital() && before.entry.given() >= 2);
    if word.capital() {
        // A capital at the beginning of a sentence says little: ordinary words are not asked for.
        let ordinary = word.shape == Shape::Capital && word.first && !entry.named() && entry.common() >= 4;
        return !ordinary
            && match word.cue {
                Cue::Opening | Cue::I | Cue::Iam | Cue::The | Cue::Greeting | Cue::Closing => false,
                Cue::Group => {
                    after_given || words.get(at + 1).is_some_and(|next| next.capital() && next.gap == Gap::Space)
                }
                Cue::Title => !super::find::is_only_title(word.number),
                _ => true,
            };
    }
    let next = words.get(at + 1).filter(|next| next.gap == Gap::Space);
    // `van der Berg`, `University of Leeds`.
    if is_small(word) {
        let small = next.is_some_and(is_small)
            && words.get(at + 2).is_some_and(|next| next.capital() && next.gap == Gap::Space);
        let name_follows = next.is_some_and(Word::capital) || small;
        return name_follows && before.map_or(word.cue != Cue::Of, |before| before.capital() || is_small(before));
    }
    if word.cue != Cue::None {
        return false;
    }
    let strong = entry.given() >= 2 || entry.surname() >= 2 || entry.place() >= 2;
    if strong && entry.common() <= 2 && !entry.foreign() {
        return true;
    }
    let unlikely = entry.common() > 3 || entry.known() && !entry.named();
    // `Donald trump`.
    if after_given && !unlikely && !entry.foreign() && entry.named() {
        return true;
    }
    // After what announces a name even a word that nobody knows may be one, in a text without capitals.
    word.line == LineCase::Lower
        && !unlikely
        && before.is_some_and(|before| {
            matches!(
                before.cue,
                Cue::Title | Cue::Is | Cue::Iam | Cue::Called | Cue::Greeting | Cue::NameField | Cue::Relation
            )
        })
}

/// Whether a word written small may stand inside of a name.
pub(super) fn is_small(word: &Word) -> bool {
    const SMALL: [u64; 24] =
        hashes("van von der den de la las los del di da do dos du le ten ter zu bin ibn al el della of");
    may_be_small(word.cue) && word.shape == Shape::Lower && SMALL.contains(&word.number)
}

/// Whether words that announce this may stand inside of a name.
const fn may_be_small(cue: Cue) -> bool {
    matches!(cue, Cue::Particle | Cue::Of | Cue::From | Cue::The | Cue::To)
}

/// Marks the words of phrases that the gazetteer has: 1 place, 2 company, 3 person.
pub fn phrases(words: &[Word], gazetteer: &Gazetteer, marks: &mut Vec<u8>) {
    /// Words of the longest phrase.
    const WORDS_MAX: usize = 4;
    marks.clear();
    marks.resize(words.len(), 0);
    let mut at = 0;
    while at + 1 < words.len() {
        let (mut number, mut best) = (words[at].number, (0, Entry::default()));
        if words[at].letters() && (words[at].capital() || words[at].line == LineCase::Lower) {
            for len in 2..=WORDS_MAX {
                let Some(next) = words.get(at + len - 1) else { break };
                if !matches!(next.gap, Gap::Space | Gap::Hyphen | Gap::Abbreviation) || !next.letters() {
                    break;
                }
                number = hash_pair(number, next.number);
                // Within a sentence a phrase ends with a capital too.
                if next.capital() == words[at].capital() {
                    let entry = gazetteer.entry(number);
                    if entry.named() {
                        best = (len, entry);
                    }
                }
            }
        }
        let mark = if best.1.place() > 0 {
            1
        } else if best.1.organisation() {
            2
        } else {
            3
        };
        marks[at..at + best.0].fill(mark);
        at += best.0.max(1);
    }
}

/// Sums of weights for each label.
fn emission(context: &Context<'_>, at: usize) -> [i32; LABELS] {
    let (active, count) = features::of(context, at);
    let mut sums = [-LEAN, 0, 0, 0];
    for feature in &active[..count] {
        if let Some(weights) = WEIGHTS.get(usize::from(*feature)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(*weight);
            }
        }
    }
    sums
}

/// Decides all words.
pub fn decide(context: &Context<'_>, decisions: &mut Vec<Decision>) {
    decisions.clear();
    decisions.resize(context.words.len(), Decision::default());
    let mut from = 0;
    while from < context.words.len() {
        if !is_candidate(context.words, from) {
            from += 1;
            continue;
        }
        let mut to = from + 1;
        while to < context.words.len() && to - from < CHAIN_MAX && is_candidate(context.words, to) {
            to += 1;
        }
        chain(context, from, &mut decisions[from..to]);
        from = to;
    }
}

/// Viterbi over one chain; the word before it is none.
#[allow(clippy::cast_precision_loss, reason = "sums of a few dozen small weights")]
fn chain(context: &Context<'_>, from: usize, decisions: &mut [Decision]) {
    let mut back = [[0u8; LABELS]; CHAIN_MAX];
    let mut sums = [[0i32; LABELS]; CHAIN_MAX];
    let mut scores = [0, i32::MIN / 2, i32::MIN / 2, i32::MIN / 2];
    for i in 0..decisions.len() {
        let gap = context.words[from + i].gap as usize;
        sums[i] = emission(context, from + i);
        let mut next = [i32::MIN; LABELS];
        for (to, best) in next.iter_mut().enumerate() {
            for (label, score) in scores.iter().enumerate() {
                let score = score + i32::from(TRANSITIONS[gap][label][to]);
                if score > *best {
                    *best = score;
                    back[i][to] = u8::try_from(label).unwrap_or_default();
                }
            }
            *best += sums[i][to];
        }
        scores = next;
    }
    let mut label = (0..LABELS).max_by_key(|label| (scores[*label], LABELS - label)).unwrap_or_default();
    for i in (0..decisions.len()).rev() {
        let margin = (sums[i][label] - sums[i][0]) as f32 / SCALE;
        decisions[i] = Decision { label: ALL[label], margin };
        label = usize::from(back[i][label]);
    }
}
