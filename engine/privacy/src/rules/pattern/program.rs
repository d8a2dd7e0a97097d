//! An expression as a nondeterministic automaton (Thompson 1968).

use super::bytes::ByteSet;
use super::parse::{Look, Node, WORD};

/// Most steps, and most times that a part of an expression is turned into some.
const STEPS_MAX: usize = 4_096;
const FUEL: usize = 16_384;

/// One state.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Reads a byte of the set with this index.
    Read {
        set: u16,
        next: u16,
    },
    Look {
        look: Look,
        next: u16,
    },
    /// Goes both ways, the first preferred.
    Split(u16, u16),
    Match,
}

/// All states of an expression that is read from left to right or from right to left.
#[derive(Default)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) sets: Vec<ByteSet>,
    pub(super) start: u16,
    backwards: bool,
    fuel: usize,
}

impl Program {
    /// Matches found from left to right, wherever they begin; `None` where it would be too large.
    pub(super) fn forwards(node: &Node) -> Option<Self> {
        let mut program = Self { fuel: FUEL, ..Self::default() };
        let end = program.push(Step::Match)?;
        let start = program.add(node, end)?;
        // Nothing found here: the same one byte later.
        let any = program.set(ByteSet::all());
        let again = program.push(Step::Match)?;
        let read = program.push(Step::Read { set: any, next: again })?;
        program.steps[usize::from(again)] = Step::Split(start, read);
        program.start = again;
        Some(program)
    }

    /// Matches that end at a place, from right to left.
    pub(super) fn backwards(node: &Node) -> Option<Self> {
        let mut program = Self { fuel: FUEL, backwards: true, ..Self::default() };
        let end = program.push(Step::Match)?;
        program.start = program.add(node, end)?;
        Some(program)
    }

    /// Whether something depends on what stands beside a place.
    pub(super) fn looks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Look { .. }))
    }

    /// Numbers the bytes so that two with the same number are never told apart; gives the numbers and how many there are.
    pub(super) fn classes(&self) -> ([u8; 256], usize) {
        let beside = [ByteSet::ranges(WORD), ByteSet::of(b'\n')];
        let beside = if self.looks() { &beside[..] } else { &[] };
        let mut classes = [0u8; 256];
        let mut count = 1;
        for set in self.sets.iter().chain(beside) {
            // What a class becomes for its bytes inside the set; those outside keep it.
            let mut inside: [Option<u8>; 256] = [None; 256];
            let mut outside = [false; 256];
            for byte in (0..=u8::MAX).filter(|byte| !set.has(*byte)) {
                outside[usize::from(classes[usize::from(byte)])] = true;
            }
            for byte in (0..=u8::MAX).filter(|byte| set.has(*byte)) {
                let class = &mut classes[usize::from(byte)];
                if outside[usize::from(*class)] {
                    *class = *inside[usize::from(*class)].get_or_insert_with(|| {
                        count += 1;
                        // At most 256 classes of 256 bytes.
                        (count - 1) as u8
                    });
                }
            }
        }
        (classes, count)
    }

    fn push(&mut self, step: Step) -> Option<u16> {
        if self.steps.len() >= STEPS_MAX {
            return None;
        }
        self.steps.push(step);
        u16::try_from(self.steps.len() - 1).ok()
    }

    /// A set's index. Sets are as many as steps at most.
    fn set(&mut self, set: ByteSet) -> u16 {
        let known = self.sets.iter().position(|other| *other == set);
        let index = known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// Adds an expression that goes on at `next`; gives where it begins.
    fn add(&mut self, node: &Node, next: u16) -> Option<u16> {
        self.fuel = self.fuel.checked_sub(1)?;
        match node {
            Node::Set(set) => {
                let set = self.set(*set);
                self.push(Step::Read { set, next })
            }
            Node::Look(look) => {
                let look = if self.backwards { mirrored(*look) } else { *look };
                self.push(Step::Look { look, next })
            }
            Node::Row(nodes) if self.backwards => nodes.iter().try_fold(next, |next, node| self.add(node, next)),
            Node::Row(nodes) => nodes.iter().rev().try_fold(next, |next, node| self.add(node, next)),
            Node::Either(nodes) => {
                let mut all = nodes.iter().rev();
                let mut start = self.add(all.next()?, next)?;
                for node in all {
                    let first = self.add(node, next)?;
                    start = self.push(Step::Split(first, start))?;
                }
                Some(start)
            }
            Node::Repeat { node, min, max: Some(max), greedy } => {
                let mut start = next;
                for _ in *min..*max {
                    let one = self.add(node, start)?;
                    start = self.either(one, next, *greedy)?;
                }
                self.times(node, *min, start)
            }
            Node::Repeat { node, min, max: None, greedy } => {
                let again = self.push(Step::Match)?;
                let one = self.add(node, again)?;
                self.steps[usize::from(again)] = if *greedy { Step::Split(one, next) } else { Step::Split(next, one) };
                match min {
                    // What reads nothing would end the loop before the way on is tried.
                    0 if node.may_be_empty() => self.either(one, next, *greedy),
                    0 => Some(again),
                    _ => self.times(node, *min - 1, one),
                }
            }
        }
    }

    fn either(&mut self, one: u16, none: u16, greedy: bool) -> Option<u16> {
        self.push(if greedy { Step::Split(one, none) } else { Step::Split(none, one) })
    }

    fn times(&mut self, node: &Node, count: u32, next: u16) -> Option<u16> {
        (0..count).try_fold(next, |next, _| self.add(node, next))
    }
}

/// What holds at a place as it is seen from the other side.
const fn mirrored(look: Look) -> Look {
    match look {
        Look::TextStart => Look::TextEnd,
        Look::TextEnd => Look::TextStart,
        Look::LineStart => Look::LineEnd,
        Look::LineEnd => Look::LineStart,
        Look::WordStart => Look::WordEnd,
        Look::WordEnd => Look::WordStart,
        Look::WordBoundary | Look::NoWordBoundary => look,
    }
}
