//! The deterministic automaton of a program: one look-up per byte.
//!
//! A state is an ordered list of the program's steps and the kind of the byte before it (subset construction). Whether
//! something matched is known one byte later, when it is known what stands behind it: so a way on says whether a match ended
//! before it.

use std::collections::HashMap;
use std::rc::Rc;

use super::bytes::ByteSet;
use super::parse::{Look, WORD};
use super::program::{Program, Step};

/// Most entries of the table, of two bytes each.
const TABLE_MAX: usize = 128 << 10;
/// Most steps in all states together, and most that are followed while they are made: some milliseconds.
const LISTED_MAX: usize = 256 << 10;
const FOLLOWED_MAX: usize = 4 << 20;

/// The state without a way on, and what marks a way over the end of a match.
const DEAD: u16 = 0;
const MATCHED: u16 = 1 << 15;

/// What stands beside a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Edge,
    Newline,
    Word,
    Other,
}

const SIDES: [Side; 4] = [Side::Edge, Side::Newline, Side::Word, Side::Other];

impl Side {
    fn of(byte: Option<u8>) -> Self {
        match byte {
            None => Self::Edge,
            Some(b'\n') => Self::Newline,
            Some(byte) if ByteSet::ranges(WORD).has(byte) => Self::Word,
            Some(_) => Self::Other,
        }
    }
}

fn holds(look: Look, behind: Side, ahead: Side) -> bool {
    let (after_word, before_word) = (behind == Side::Word, ahead == Side::Word);
    match look {
        Look::TextStart => behind == Side::Edge,
        Look::TextEnd => ahead == Side::Edge,
        Look::LineStart => matches!(behind, Side::Edge | Side::Newline),
        Look::LineEnd => matches!(ahead, Side::Edge | Side::Newline),
        Look::WordBoundary => after_word != before_word,
        Look::NoWordBoundary => after_word == before_word,
        Look::WordStart => !after_word && before_word,
        Look::WordEnd => after_word && !before_word,
    }
}

/// The table.
pub(super) struct Automaton {
    classes: [u8; 256],
    /// Ways on of a state: one per class, and one for the end of the text.
    stride: usize,
    ways: Vec<u16>,
    /// Where it begins, by what stands before.
    starts: [u16; 4],
}

impl Automaton {
    /// The automaton; `None` where it would be too large. With `first` it looks for the match that is preferred, else for
    /// the longest.
    pub(super) fn new(program: &Program, first: bool) -> Option<Self> {
        let (classes, count) = program.classes();
        let mut maker = Maker {
            program,
            first,
            looks: program.looks(),
            states: Vec::new(),
            known: HashMap::new(),
            seen: vec![0; program.steps.len()],
            turn: 0,
            followed: 0,
            listed: 0,
            room: TABLE_MAX / (count + 1),
        };
        maker.state(Vec::new(), Side::Other)?;
        let mut starts = [DEAD; 4];
        for (start, side) in starts.iter_mut().zip(SIDES) {
            let mut list = Vec::new();
            maker.turn += 1;
            maker.follow(program.start, None, &mut list)?;
            *start = maker.state(list, side)?;
        }
        let mut symbols: Vec<Option<u8>> = Vec::with_capacity(count + 1);
        for class in 0..count {
            symbols.push((0..=u8::MAX).find(|byte| usize::from(classes[usize::from(*byte)]) == class));
        }
        symbols.push(None);
        let mut ways = Vec::new();
        let mut done = 0;
        while let Some((list, behind)) = maker.states.get(done).cloned() {
            done += 1;
            for symbol in &symbols {
                ways.push(maker.way(&list, behind, *symbol)?);
            }
        }
        Some(Self { classes, stride: count + 1, ways, starts })
    }

    /// Where the match ends that begins first in `text[from..to]`, or was preferred of those.
    pub(super) fn end(&self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let mut state = self.start(from.checked_sub(1).and_then(|before| text.get(before)));
        let mut last = None;
        for (at, byte) in text.iter().enumerate().take(to).skip(from) {
            let way = self.way(state, Some(byte));
            if way & MATCHED != 0 {
                last = Some(at);
            }
            state = way & !MATCHED;
            if state == DEAD {
                return last;
            }
        }
        if self.way(state, text.get(to)) & MATCHED != 0 { Some(to) } else { last }
    }

    /// Where the longest match begins that ends at `to`, not before `from`. The automaton reads backwards.
    pub(super) fn begin(&self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let mut state = self.start(text.get(to));
        let mut last = None;
        for at in (from..to).rev() {
            let way = self.way(state, text.get(at));
            if way & MATCHED != 0 {
                last = Some(at + 1);
            }
            state = way & !MATCHED;
            if state == DEAD {
                return last;
            }
        }
        let before = from.checked_sub(1).and_then(|before| text.get(before));
        if self.way(state, before) & MATCHED != 0 { Some(from) } else { last }
    }

    fn start(&self, beside: Option<&u8>) -> u16 {
        self.starts[Side::of(beside.copied()) as usize]
    }

    fn way(&self, state: u16, byte: Option<&u8>) -> u16 {
        let class = byte.map_or(self.stride - 1, |byte| usize::from(self.classes[usize::from(*byte)]));
        self.ways.get(usize::from(state) * self.stride + class).copied().unwrap_or(DEAD)
    }
}

/// Makes the states.
struct Maker<'a> {
    program: &'a Program,
    first: bool,
    looks: bool,
    states: Vec<(Rc<[u16]>, Side)>,
    known: HashMap<(Rc<[u16]>, u8), u16>,
    /// In which turn a step was last followed.
    seen: Vec<u32>,
    turn: u32,
    followed: usize,
    listed: usize,
    /// Most states.
    room: usize,
}

impl Maker<'_> {
    /// The number of a state.
    fn state(&mut self, list: Vec<u16>, behind: Side) -> Option<u16> {
        // Where nothing can match any more, or nothing looks, what stands behind makes no difference.
        let behind = if self.looks && !list.is_empty() { behind } else { Side::Other };
        let list: Rc<[u16]> = list.into();
        let key = (Rc::clone(&list), behind as u8);
        if let Some(state) = self.known.get(&key) {
            return Some(*state);
        }
        self.listed += list.len();
        let state = u16::try_from(self.states.len()).ok().filter(|state| *state < MATCHED)?;
        if self.listed > LISTED_MAX || self.states.len() >= self.room {
            return None;
        }
        self.states.push((list, behind));
        self.known.insert(key, state);
        Some(state)
    }

    /// The way on from a state over a byte, or over the end.
    fn way(&mut self, list: &[u16], behind: Side, symbol: Option<u8>) -> Option<u16> {
        let ahead = Side::of(symbol);
        let program = self.program;
        let mut here = Vec::with_capacity(list.len());
        self.turn += 1;
        for step in list {
            self.follow(*step, Some((behind, ahead)), &mut here)?;
        }
        let mut next = Vec::new();
        let mut matched = 0;
        self.turn += 1;
        for step in here {
            match program.steps[usize::from(step)] {
                Step::Read { set, next: to } if symbol.is_some_and(|byte| program.sets[usize::from(set)].has(byte)) => {
                    self.follow(to, None, &mut next)?;
                }
                Step::Match => {
                    matched = MATCHED;
                    // What comes behind it is less preferred.
                    if self.first {
                        break;
                    }
                }
                _ => {}
            }
        }
        Some(self.state(next, ahead)? | matched)
    }

    /// Adds the steps that are reached from one without reading, in order of preference. Where something looks beside itself
    /// and `sides` are not known yet, that is the step alone: which of two ways to another is tried first depends on all of
    /// the looks between.
    fn follow(&mut self, step: u16, sides: Option<(Side, Side)>, list: &mut Vec<u16>) -> Option<()> {
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            let seen = &mut self.seen[usize::from(step)];
            self.followed += 1;
            if self.followed > FOLLOWED_MAX {
                return None;
            }
            if *seen == self.turn {
                continue;
            }
            *seen = self.turn;
            if self.looks && sides.is_none() {
                list.push(step);
                continue;
            }
            match self.program.steps[usize::from(step)] {
                Step::Split(one, other) => open.extend([other, one]),
                Step::Look { look, next } => {
                    if sides.is_some_and(|(behind, ahead)| holds(look, behind, ahead)) {
                        open.push(next);
                    }
                }
                Step::Read { .. } | Step::Match => list.push(step),
            }
        }
        Some(())
    }
}
