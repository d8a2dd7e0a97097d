//! One minimal acyclic automaton for many finite languages over digits.
//!
//! Each language becomes a nondeterministic automaton (Thompson 1968), its sets of states are followed from the start
//! (subset construction), and a state is made from its last digits backwards: two states with the same label and the
//! same ways on are one. So what comes out is minimal, and languages share all their common endings.

use std::collections::{BTreeSet, HashMap};

use crate::pattern::Pattern;

/// A way on: the digits that lead to a state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edge {
    /// Bit `d` stands for digit `d`.
    pub digits: u16,
    /// Where they lead.
    pub target: usize,
}

/// What may follow, and what a number that ends here is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// Bits of the kinds of number that end here.
    pub label: u8,
    /// Ways on, one per target.
    pub edges: Vec<Edge>,
}

/// The shared states, each made after those that it leads to.
#[derive(Default)]
pub struct Automaton {
    /// All states.
    pub states: Vec<State>,
    known: HashMap<State, usize>,
}

impl Automaton {
    /// Adds a language given as labelled patterns; gives its start.
    pub fn add(&mut self, patterns: &[(Pattern, u8)]) -> usize {
        let mut loose = Loose::default();
        let start = loose.state();
        for (pattern, label) in patterns {
            let end = loose.state();
            loose.steps[end].label = *label;
            loose.connect(pattern, start, end);
        }
        let mut made = HashMap::new();
        self.make(&loose, loose.closure([start]), &mut made)
    }

    /// How long the words of a language are: bit `n` is set where one has `n` digits.
    pub fn lengths(&self, start: usize) -> u32 {
        let mut lengths = 0;
        let mut level = BTreeSet::from([start]);
        for length in 0..u32::BITS {
            if level.iter().any(|state| self.states[*state].label != 0) {
                lengths |= 1 << length;
            }
            level = level.iter().flat_map(|state| self.states[*state].edges.iter().map(|edge| edge.target)).collect();
        }
        lengths
    }

    fn make(&mut self, loose: &Loose, set: BTreeSet<usize>, made: &mut HashMap<BTreeSet<usize>, usize>) -> usize {
        if let Some(state) = made.get(&set) {
            return *state;
        }
        let label = set.iter().fold(0, |label, step| label | loose.steps[*step].label);
        let mut edges: Vec<Edge> = Vec::new();
        for digit in 0..10 {
            let next = loose.closure(set.iter().flat_map(|step| loose.steps[*step].after(digit)));
            if next.is_empty() {
                continue;
            }
            let target = self.make(loose, next, made);
            match edges.iter_mut().find(|edge| edge.target == target) {
                Some(edge) => edge.digits |= 1 << digit,
                None => edges.push(Edge { digits: 1 << digit, target }),
            }
        }
        let state = State { label, edges };
        let next = self.states.len();
        let id = *self.known.entry(state.clone()).or_insert(next);
        if id == next {
            self.states.push(state);
        }
        made.insert(set, id);
        id
    }
}

/// A nondeterministic automaton.
#[derive(Default)]
struct Loose {
    steps: Vec<Step>,
}

#[derive(Default)]
struct Step {
    label: u8,
    free: Vec<usize>,
    digits: Vec<(u16, usize)>,
}

impl Step {
    fn after(&self, digit: u32) -> impl Iterator<Item = usize> + '_ {
        self.digits.iter().filter(move |(digits, _)| digits & (1 << digit) != 0).map(|(_, target)| *target)
    }
}

impl Loose {
    fn state(&mut self) -> usize {
        self.steps.push(Step::default());
        self.steps.len() - 1
    }

    fn connect(&mut self, pattern: &Pattern, from: usize, to: usize) {
        match pattern {
            Pattern::Digit(digits) => self.steps[from].digits.push((*digits, to)),
            Pattern::Either(all) => all.iter().for_each(|one| self.connect(one, from, to)),
            Pattern::Row(row) => {
                let mut at = from;
                for one in row {
                    let next = self.state();
                    self.connect(one, at, next);
                    at = next;
                }
                self.steps[at].free.push(to);
            }
            Pattern::Repeat(one, min, max) => {
                let mut at = from;
                for count in 0..*max {
                    if count >= *min {
                        self.steps[at].free.push(to);
                    }
                    let next = self.state();
                    self.connect(one, at, next);
                    at = next;
                }
                self.steps[at].free.push(to);
            }
        }
    }

    fn closure(&self, start: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = start.into_iter().collect();
        let mut closed = BTreeSet::new();
        while let Some(step) = open.pop() {
            if closed.insert(step) {
                open.extend(&self.steps[step].free);
            }
        }
        closed
    }
}
