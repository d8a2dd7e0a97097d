//! Unpacks the table of numbering plans.

use super::table::{DEPTH_MAX, Model, Plan, TRUNK_MAX, Table, Visited};
use crate::range_coder::Decoder;

/// A state of the automaton, and what its own is in the table.
#[derive(Clone, Copy, Default)]
struct State {
    first: u16,
    label: u8,
    /// Bit `n` is set where `n` digits lead to an end from here.
    lengths: u32,
}

/// Digits, and the state that they lead to: at most one for each digit.
#[derive(Default)]
struct Ways {
    all: [(u32, u16); 10],
    len: usize,
}

struct Unpacker<'a> {
    decoder: Decoder<'a>,
    model: Model,
    states: Vec<State>,
    visited: Visited,
    table: Table,
}

/// The table. Other bytes than were packed make another table.
pub(crate) fn unpack(bytes: &[u8]) -> Table {
    let mut unpacker = Unpacker {
        decoder: Decoder::new(bytes),
        model: Model::NEW,
        states: Vec::new(),
        visited: Visited::default(),
        // The state without ways on: a way of no digit.
        table: Table { edges: vec![1 << 15], ..Table::default() },
    };
    let mut grouping = 0;
    for _ in 0..unpacker.decoder.number(&mut unpacker.model.count) {
        grouping += unpacker.decoder.number(&mut unpacker.model.grouping);
        unpacker.table.known.push(grouping);
    }
    for _ in 0..unpacker.decoder.number(&mut unpacker.model.count) {
        let plan = unpacker.plan();
        unpacker.table.plans.push(plan);
    }
    unpacker.table
}

impl Unpacker<'_> {
    fn plan(&mut self) -> Plan {
        let before = self.table.plans.last().map_or(0, |plan| plan.code);
        let code = before + self.decoder.number(&mut self.model.code) as u16;
        let region = [(); 2].map(|()| b'A' + self.decoder.small(&mut self.model.letter) as u8);
        let trunk_len = self.decoder.small(&mut self.model.trunk_len);
        let mut trunk = [0; TRUNK_MAX];
        for digit in trunk.iter_mut().take(trunk_len) {
            *digit = b'0' + self.decoder.small(&mut self.model.trunk) as u8;
        }
        let groupings = self.groupings();
        let root = self.way(0, 0);
        let root = self.state(root);
        Plan { region, code, trunk, root: root.first, lengths: root.lengths, groupings }
    }

    fn groupings(&mut self) -> (u16, u16) {
        if let Some(before) = self.table.plans.last()
            && self.decoder.bit(&mut self.model.as_before)
        {
            return before.groupings;
        }
        let from = self.table.groupings.len() as u16;
        let mut place = 0;
        for _ in 0..self.decoder.number(&mut self.model.count) {
            place += self.decoder.number(&mut self.model.place) as usize;
            self.table.groupings.extend(self.table.known.get(place));
        }
        (from, self.table.groupings.len() as u16)
    }

    fn state(&self, state: u16) -> State {
        self.states.get(usize::from(state)).copied().unwrap_or_default()
    }

    /// Where a way on leads that is the `depth`th of its number, from a state with this label.
    fn way(&mut self, depth: usize, label: u8) -> u16 {
        let state = if self.decoder.bit(self.model.is_new(depth)) {
            self.new_state(depth, label)
        } else if let Some(since) = self.decoder.number(self.model.near(depth)).checked_sub(1) {
            self.visited.take(depth, since as usize).unwrap_or_default()
        } else {
            let newer = self.decoder.number(&mut self.model.far) as usize;
            self.states.len().saturating_sub(newer + 1) as u16
        };
        self.visited.put(depth, state);
        state
    }

    fn new_state(&mut self, depth: usize, label: u8) -> u16 {
        let label = self.decoder.small(&mut self.model.label[usize::from(label)]) as u8;
        let mut ways = Ways::default();
        let mut way: Option<usize> = None;
        let mut same = 0;
        for digit in 0..if depth < DEPTH_MAX { 10 } else { 0 } {
            if digit > 0 {
                same = same << 1 | usize::from(self.decoder.bit(self.model.same(way.is_some(), same)));
            }
            if digit == 0 || same & 1 == 0 {
                let may_end = digit == 0 || way.is_some();
                let ends = may_end && self.decoder.bit(&mut self.model.nowhere[ways.len]);
                way = (!ends).then(|| self.other_way(depth, label, way, &mut ways));
            }
            if let Some(way) = way {
                ways.all[way].0 |= 1 << digit;
            }
        }
        let mut lengths = u32::from(label != 0);
        let ways = &ways.all[..ways.len];
        let first = if ways.is_empty() { 0 } else { self.table.edges.len() as u16 };
        for (i, (digits, target)) in ways.iter().enumerate() {
            let target = self.state(*target);
            lengths |= target.lengths << 1;
            let is_last = u32::from(i + 1 == ways.len());
            self.table
                .edges
                .push(u32::from(target.first) << 16 | is_last << 15 | u32::from(target.label) << 10 | digits);
        }
        self.states.push(State { first, label, lengths });
        (self.states.len() - 1) as u16
    }

    /// Which of the ways of a state a digit takes, if not the one before.
    fn other_way(&mut self, depth: usize, label: u8, before: Option<usize>, ways: &mut Ways) -> usize {
        let mut others = (0..ways.len).rev().filter(|way| Some(*way) != before).enumerate();
        if let Some((_, way)) = others.find(|(back, _)| self.decoder.bit(&mut self.model.earlier[*back])) {
            return way;
        }
        let target = self.way(depth + 1, label);
        ways.all[ways.len].1 = target;
        ways.len += 1;
        ways.len - 1
    }
}
