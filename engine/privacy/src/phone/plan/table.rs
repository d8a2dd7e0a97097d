//! The table of numbering plans, as it is packed when the crate is built and unpacked when the first number is looked at.
//!
//! Numbers of a [`Model`] in this order:
//!
//! - the groupings: how many; each as the distance from the one before (from 0);
//! - the plans, ordered by country code: how many; of each
//!   - its code's distance from the code before (from 0), the letters of its region from `A`, the length of its trunk prefix and
//!     the digits;
//!   - whether it has the groupings of the plan before; else how many, and their places among the groupings, each as the distance
//!     from the place before (from 0);
//!   - the start of its automaton, as a way on from nowhere.
//!
//! A way on to a state is: whether the state is new. A new state follows: its label, and what each digit does, from 0 on. What a
//! digit does is whether it leads where the one before does; if not, whether it leads nowhere (not asked again right after one that
//! does); if not, whether it leads to a state that an earlier digit leads to, from the last new one back, one question each (the
//! one before is passed over); if not, the way on to another state. A state that is not new is told by how many others were
//! visited since at the same depth, and 1; or by 0 and how many states are newer. A state is there when its ways on are.

use crate::range_coder::{Bit, Number, Small};

/// What a trunk prefix and a region have room for.
pub(crate) const TRUNK_MAX: usize = 2;
/// Most digits of a number: Japan and Indonesia have numbers of up to 17 digits for use inside the country, and a code has up to 3.
pub(crate) const DEPTH_MAX: usize = 20;

/// One territory's plan.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// ISO 3166-1 alpha-2; `ZZ` for codes that belong to no territory.
    pub(crate) region: [u8; 2],
    /// Country code.
    pub(crate) code: u16,
    /// National (trunk) prefix: what is dialled inside the country before the number; zeros (not `0`) fill it.
    pub(crate) trunk: [u8; TRUNK_MAX],
    /// The automaton's start.
    pub(crate) root: u16,
    /// Bit `n` is set where numbers of `n` digits exist.
    pub(crate) lengths: u32,
    /// From and to in the pool of groupings.
    pub(crate) groupings: (u16, u16),
}

/// The plans and what they share.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Ways on. Bits 0 to 9 of a word are the digits, 10 to 14 the label of the state that they lead to (0 none, 1 a number, 3 also
    /// a mobile one), 15 whether it is the state's last way, 16 to 31 the first way of the next state.
    pub(crate) edges: Vec<u32>,
    /// The lengths of groups that any region's numbers are written in, one per nibble, the first group in the lowest.
    pub(crate) known: Vec<u32>,
    /// The groupings of the plans.
    pub(crate) groupings: Vec<u32>,
    /// Ordered by country code.
    pub(crate) plans: Vec<Plan>,
}

/// Labels of states.
pub(crate) const LABELS: usize = 4;
/// Depths that are told apart.
const DEPTHS: usize = 9;

/// What is learnt about the format's numbers.
pub(crate) struct Model {
    /// How many of something.
    pub(crate) count: Number,
    pub(crate) grouping: Number,
    pub(crate) code: Number,
    pub(crate) letter: Small<32>,
    pub(crate) trunk_len: Small<4>,
    pub(crate) trunk: Small<16>,
    pub(crate) as_before: Bit,
    pub(crate) place: Number,
    /// By the label of the state from which a way leads.
    pub(crate) label: [Small<LABELS>; LABELS],
    is_new: [Bit; DEPTHS],
    near: [Number; DEPTHS],
    pub(crate) far: Number,
    same: [[Bit; 8]; 2],
    /// By how many states the earlier digits lead to.
    pub(crate) nowhere: [Bit; 10],
    /// By how far back the state is among them.
    pub(crate) earlier: [Bit; 10],
}

impl Model {
    pub(crate) const NEW: Self = Self {
        count: Number::NEW,
        grouping: Number::NEW,
        code: Number::NEW,
        letter: Small::NEW,
        trunk_len: Small::NEW,
        trunk: Small::NEW,
        as_before: Bit::NEW,
        place: Number::NEW,
        label: [const { Small::NEW }; LABELS],
        is_new: [Bit::NEW; DEPTHS],
        near: [const { Number::NEW }; DEPTHS],
        far: Number::NEW,
        same: [[Bit::NEW; 8]; 2],
        nowhere: [Bit::NEW; 10],
        earlier: [Bit::NEW; 10],
    };

    /// Whether a state is new that so many digits lead to.
    pub(crate) fn is_new(&mut self, depth: usize) -> &mut Bit {
        &mut self.is_new[depth.min(DEPTHS - 1)]
    }

    /// How many states were visited since at the same depth.
    pub(crate) fn near(&mut self, depth: usize) -> &mut Number {
        &mut self.near[depth.min(DEPTHS - 1)]
    }

    /// Whether a digit leads where the one before does: somewhere or nowhere, and whether the three before that did the same.
    pub(crate) fn same(&mut self, somewhere: bool, before: usize) -> &mut Bit {
        &mut self.same[usize::from(somewhere)][before & 7]
    }
}

/// States that ways of each depth lead to, in the order of the last visits; each stands once in a list.
#[derive(Default)]
pub(crate) struct Visited([Vec<u16>; DEPTH_MAX + 1]);

impl Visited {
    /// How many others were visited since.
    #[allow(dead_code, reason = "asked where the table is packed")]
    pub(crate) fn since(&self, depth: usize, state: u16) -> Option<usize> {
        self.0[depth].iter().rev().position(|other| *other == state)
    }

    /// Takes out the state since whose visit so many others were.
    pub(crate) fn take(&mut self, depth: usize, since: usize) -> Option<u16> {
        let place = self.0[depth].len().checked_sub(since + 1)?;
        Some(self.0[depth].remove(place))
    }

    /// Notes a visit of a state that is not in the list.
    pub(crate) fn put(&mut self, depth: usize, state: u16) {
        self.0[depth].push(state);
    }
}
