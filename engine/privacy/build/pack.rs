//! Packs the table of numbering plans; `src/phone/plan/table.rs` says how.

use crate::automaton::Automaton;
use crate::encoder::Encoder;
use crate::table::{Model, Visited};

/// A plan as it is packed.
pub struct Plan {
    /// ISO 3166-1 alpha-2.
    pub region: [u8; 2],
    /// Country code.
    pub code: u16,
    /// Its trunk prefix, as digits.
    pub trunk: Vec<u8>,
    /// Its start in the automaton.
    pub root: usize,
    /// Places of its groupings among all.
    pub groupings: Vec<usize>,
}

struct Packer<'a> {
    encoder: Encoder,
    model: Model,
    automaton: &'a Automaton,
    /// How many states are packed: those of the automaton are in the order in which their ways on are.
    done: usize,
    visited: Visited,
}

/// The packed table.
///
/// # Errors
/// Numbers that the format has no room for.
pub fn pack(known: &[u32], plans: &[Plan], automaton: &Automaton) -> Result<Vec<u8>, String> {
    let mut packer =
        Packer { encoder: Encoder::default(), model: Model::NEW, automaton, done: 0, visited: Visited::default() };
    packer.count(known.len())?;
    let mut before = 0;
    for grouping in known {
        packer.encoder.number(&mut packer.model.grouping, grouping - before);
        before = *grouping;
    }
    packer.count(plans.len())?;
    for (i, plan) in plans.iter().enumerate() {
        packer.plan(plan, i.checked_sub(1).map(|before| &plans[before]))?;
    }
    Ok(packer.encoder.finish())
}

impl Packer<'_> {
    fn count(&mut self, count: usize) -> Result<(), String> {
        self.encoder.number(&mut self.model.count, number(count)?);
        Ok(())
    }

    fn plan(&mut self, plan: &Plan, before: Option<&Plan>) -> Result<(), String> {
        let distance = plan.code - before.map_or(0, |before| before.code);
        self.encoder.number(&mut self.model.code, u32::from(distance));
        for letter in plan.region {
            self.encoder.small(&mut self.model.letter, usize::from(letter - b'A'));
        }
        self.encoder.small(&mut self.model.trunk_len, plan.trunk.len());
        for digit in &plan.trunk {
            self.encoder.small(&mut self.model.trunk, usize::from(digit - b'0'));
        }
        let as_before = before.is_some_and(|before| before.groupings == plan.groupings);
        if before.is_some() {
            self.encoder.bit(&mut self.model.as_before, as_before);
        }
        if !as_before {
            self.count(plan.groupings.len())?;
            let mut before = 0;
            for place in &plan.groupings {
                self.encoder.number(&mut self.model.place, number(place - before)?);
                before = *place;
            }
        }
        self.way(0, 0, plan.root)
    }

    /// The `depth`th way of a number, from a state with this label.
    fn way(&mut self, depth: usize, label: u8, state: usize) -> Result<(), String> {
        let name = u16::try_from(state).map_err(|_| format!("{state} states are too many for the table"))?;
        let is_new = state >= self.done;
        self.encoder.bit(self.model.is_new(depth), is_new);
        if is_new {
            self.new_state(depth, label, state)?;
        } else if let Some(since) = self.visited.since(depth, name) {
            self.encoder.number(self.model.near(depth), number(since + 1)?);
            self.visited.take(depth, since);
        } else {
            self.encoder.number(self.model.near(depth), 0);
            self.encoder.number(&mut self.model.far, number(self.done - state - 1)?);
        }
        self.visited.put(depth, name);
        Ok(())
    }

    fn new_state(&mut self, depth: usize, label: u8, state: usize) -> Result<(), String> {
        let (name, state) = (state, &self.automaton.states[state]);
        self.encoder.small(&mut self.model.label[usize::from(label)], usize::from(state.label));
        // Edges in the order of their first digits.
        let mut used = 0;
        let mut way: Option<usize> = None;
        let mut same = 0;
        for digit in 0..10 {
            let next = state.edges.iter().position(|edge| edge.digits & 1 << digit != 0);
            if digit > 0 {
                self.encoder.bit(self.model.same(way.is_some(), same), next == way);
                same = same << 1 | usize::from(next == way);
            }
            if digit == 0 || next != way {
                if digit == 0 || way.is_some() {
                    self.encoder.bit(&mut self.model.nowhere[used], next.is_none());
                }
                if let Some(next) = next {
                    for (back, other) in (0..used).rev().filter(|other| Some(*other) != way).enumerate() {
                        self.encoder.bit(&mut self.model.earlier[back], other == next);
                        if other == next {
                            break;
                        }
                    }
                    if next == used {
                        used += 1;
                        self.way(depth + 1, state.label, state.edges[next].target)?;
                    }
                }
            }
            way = next;
        }
        if name != self.done {
            return Err("states are in another order than they are packed".to_owned());
        }
        self.done += 1;
        Ok(())
    }
}

fn number(value: usize) -> Result<u32, String> {
    u32::try_from(value).map_err(|error| error.to_string())
}
