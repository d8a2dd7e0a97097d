//! Finds all of several hundred short words in a text, in any case, in one pass.
//!
//! Of each word four neighbouring bytes that are rare are known to a filter of 64 Ki bits, which is asked for three bytes at
//! every second place of the text; where it knows them, another one is asked about four bytes, and where that does, words are
//! compared. Words that only stand in a long run of key characters, or at its edge, have a filter of their own, which is asked
//! there alone. An automaton (`aho_corasick`, with which the tests compare) takes many times as many instructions a byte,
//! because many words begin like words of prose, and a hundred times as many to build.

mod table;

use conclave_protocol::Span;

use self::table::{STEP, Table};

/// Places after which hits are put in order.
const CHUNK: usize = STEP * 128;
/// How far before a run, or behind it, a word may stand that is looked for with it.
pub(crate) const EDGE: usize = 16;

/// A word to look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    /// In lower case, found in any.
    pub(crate) word: &'static str,
    /// What has to stand in its place letter by letter; may be longer.
    pub(crate) exact: Option<&'static str>,
    /// Whether it is only wanted where a run ([`crate::runs`]) stands in its place, or begins or ends within [`EDGE`] of its
    /// beginning.
    pub(crate) with_run: bool,
}

impl Anchor {
    fn stands_at(&self, text: &[u8], start: usize) -> bool {
        let here = text.get(start..start + self.word.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(self.word.as_bytes()))
            && self.exact.is_none_or(|exact| text[start..].starts_with(exact.as_bytes()))
    }
}

/// Words to look for.
pub(crate) struct Anchors {
    anchors: Vec<Anchor>,
    /// Those that may stand anywhere.
    anywhere: Table,
    /// Those that stand with a run.
    with_run: Table,
}

impl Anchors {
    /// Takes the words; `None` where one is empty, or longer than 254 bytes, or where there are too many.
    pub(crate) fn new(anchors: Vec<Anchor>) -> Option<Self> {
        let table = |with_run| Table::new(anchors.iter().enumerate().filter(|(_, anchor)| anchor.with_run == with_run));
        let (anywhere, with_run) = (table(false)?, table(true)?);
        Some(Self { anchors, anywhere, with_run })
    }

    /// Tells of each place of each word its number, start and end: in the order of the ends, longer words first. `runs` are
    /// those of the text.
    pub(crate) fn each(&self, text: &[u8], runs: &[Span], mut tell: impl FnMut(usize, usize, usize)) {
        let mut hits: Vec<u64> = Vec::new();
        let mut runs = runs.iter().peekable();
        let (mut at, mut looked) = (0, 0);
        while at < text.len() {
            let end = text.len().min(at + CHUNK);
            let mut add = |anchor: u16, start: usize| hits.push(self.hit(anchor, start));
            self.anywhere.each(&self.anchors, text, at, end, &mut add);
            while let Some(run) = runs.peek().filter(|run| run.start < end + EDGE) {
                let from = run.start.saturating_sub(EDGE).max(looked);
                looked = (run.end + EDGE).next_multiple_of(STEP).min(end);
                self.with_run.each(&self.anchors, text, from / STEP * STEP, looked, &mut add);
                if run.end + EDGE > end {
                    break;
                }
                runs.next();
            }
            hits.sort_unstable();
            // Words that are found later end behind.
            let ready = hits.partition_point(|hit| end_of(*hit) <= end);
            for hit in hits.drain(..ready) {
                let anchor = hit as usize & 0xffff;
                tell(anchor, end_of(hit) - self.anchors[anchor].word.len(), end_of(hit));
            }
            at = end;
        }
    }

    /// A hit as a number by which hits are in order: end, then start, then word.
    fn hit(&self, anchor: u16, start: usize) -> u64 {
        let len = self.anchors[usize::from(anchor)].word.len();
        (start + len) as u64 * (1 << 24) + (255 - len as u64) * (1 << 16) + u64::from(anchor)
    }
}

const fn end_of(hit: u64) -> usize {
    (hit >> 24) as usize
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasickBuilder;
    use proptest::prelude::*;

    use super::*;

    const WORDS: [&str; 14] = [
        "@",
        ":",
        "pw",
        "key",
        "api key",
        "apikey",
        "://",
        ":::",
        "password",
        "pass",
        "pass",
        "contraseña",
        " -u",
        "aaaa",
    ];

    fn by_automaton(text: &[u8]) -> Vec<(usize, usize, usize)> {
        let automaton = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(WORDS).unwrap();
        let hits = automaton.find_overlapping_iter(text);
        hits.map(|hit| (hit.pattern().as_usize(), hit.start(), hit.end())).collect()
    }

    fn anchors(words: &[&'static str]) -> Option<Anchors> {
        Anchors::new(words.iter().map(|word| Anchor { word, exact: None, with_run: false }).collect())
    }

    fn found(text: &[u8]) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        anchors(&WORDS).unwrap().each(text, &[], |word, start, end| found.push((word, start, end)));
        found
    }

    #[test]
    fn words_are_found_over_the_ends_of_chunks_and_at_the_end() {
        for before in [0, 1, CHUNK - 9, CHUNK - 8, CHUNK - 4, CHUNK - 1, CHUNK, 3 * CHUNK - 2] {
            for word in WORDS {
                let text = format!("{}{}", "x".repeat(before), word.to_ascii_uppercase());
                assert_eq!(found(text.as_bytes()), by_automaton(text.as_bytes()), "{word} behind {before}");
                assert!(!found(text.as_bytes()).is_empty());
            }
        }
    }

    #[test]
    fn where_letters_are_said_they_have_to_stand_there() {
        let anchors = Anchors::new(vec![Anchor { word: "ac", exact: Some("ACx"), with_run: false }]).unwrap();
        let mut found = Vec::new();
        anchors.each(b"ac acx ACX ACx AC", &[], |_, start, end| found.push((start, end)));
        assert_eq!(found, [(11, 13)]);
    }

    #[test]
    fn what_stands_with_a_run_is_found_there() {
        let words = WORDS.map(|word| Anchor { word, exact: None, with_run: true });
        let anchors = Anchors::new(words.to_vec()).unwrap();
        for before in [0, 1, 7, 8, CHUNK - EDGE - 1, CHUNK - 20, CHUNK - 4, CHUNK, 3 * CHUNK - 2] {
            for word in WORDS {
                let run = "0123456789abcdef".repeat(1 + before % 70);
                let texts = [format!("{word} {run}"), format!("{run}{word}"), format!("{run} 0{run}{word}")];
                for text in texts.map(|text| format!("{}{text} {word}", " ".repeat(before))) {
                    let runs = crate::runs::all(text.as_bytes());
                    let mut found = Vec::new();
                    anchors.each(text.as_bytes(), &runs, |word, start, end| found.push((word, start, end)));
                    let near = |start: usize| runs.iter().any(|run| run.start <= start + EDGE && start <= run.end);
                    let wanted: Vec<_> = by_automaton(text.as_bytes()).into_iter().filter(|hit| near(hit.1)).collect();
                    let found_near: Vec<_> = found.iter().copied().filter(|hit| near(hit.1)).collect();
                    assert_eq!(found_near, wanted, "{text}");
                }
            }
        }
    }

    #[test]
    fn words_that_cannot_be_looked_for_are_refused() {
        assert!(anchors(&["a", ""]).is_none());
        assert!(anchors(&["a", "b", "c"]).is_none());
        assert!(anchors(&[Box::leak("x".repeat(255).into_boxed_str())]).is_none());
    }

    proptest! {
        #[test]
        fn hits_and_their_order_are_those_of_an_automaton(
            pieces in proptest::collection::vec(
                prop::sample::select(vec!["pass", "PASSWORD", "word", "api", " ", "key", "Key", ":", "//", "p", "w", "a", "contraseña", "-u", "@", "é"]),
                0..60,
            ),
        ) {
            let text = pieces.concat();
            prop_assert_eq!(found(text.as_bytes()), by_automaton(text.as_bytes()));
        }
    }
}
