//! Building, repairing and checking the graph, in steps.

use super::check::{Check, Verdict};
use super::graph::bytes::{self, GraphError, Reader};
use super::graph::search::Sought;
use super::graph::{Graph, Repair, Scratch};
use super::rows::Rows;
use super::scan::{ASK_COST, Filter, GATHER_COST, GATHERED_SHARE, share};
use super::top::Top;

/// From so many rows on a graph is built.
///
/// In V8 a scan takes 12.5 ns for each row of 384 while they stay in the processor's cache (10,000: 0.125 ms), 25 ns at 50,000
/// (1.24 ms) and more at a million (`cargo xtask bench knowledge --browser`, rows `every row looked at`); a walk takes 0.1 to 0.4
/// ms whatever their number. They are even at about 10,000 rows; up to 20,000 a walk saves less than 0.2 ms of a question, and a
/// graph takes seconds to build.
pub const GRAPH_ROWS: u32 = 20_000;

/// A repair begins when one in so many rows of the graph is removed. Until then a walk reads that many links more.
const REPAIR_SHARE: u32 = 10;

/// A check is made again when the graph has grown by one in so many rows.
const CHECK_SHARE: u32 = 4;

/// How much longer a comparison takes in a walk, where rows lie apart in memory, than in a scan.
const WALK_COST: f32 = 3.0;

/// Comparisons of a walk for each candidate that it finds. (50,000 rows of 384 in V8, 32 candidates: where one row in 2, 5 and
/// 10 is let through, a walk takes 0.15, 0.32 and 0.58 ms; a row of a scan takes 25 ns.)
const WALK_WORK: f32 = 24.0;

/// What [`VectorSet::upkeep`](super::VectorSet::upkeep) is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Rows are being inserted into the graph.
    Building,
    /// Removed rows are being taken out of the graph.
    Repairing,
    /// What the graph finds is being compared with what there is.
    Checking,
}

/// Whether there is more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upkeep {
    /// Nothing.
    Idle,
    /// So many rows have had their turn.
    Working {
        /// What it is at.
        phase: Phase,
        /// Rows that have had their turn.
        done: u32,
        /// Rows that have one.
        of: u32,
    },
}

/// A graph and what is known about it.
#[derive(Debug, Clone, Default)]
pub struct Navigation {
    pub graph: Graph,
    /// What the last check found necessary; 0 before the first, and of a graph that was refused.
    pub candidates: u32,
    /// Rows that it covered at the last check that has ended.
    checked: u32,
    refused: bool,
    check: Option<Check>,
    repair: Option<Repair>,
    /// Removed rows that still have links.
    removed: u32,
    scratch: Scratch,
}

impl Navigation {
    /// A graph from bytes. It is used at once if it was when it was written, and checked again all the same.
    pub fn read(reader: Reader, rows: &Rows) -> Result<Self, GraphError> {
        let (graph, candidates) = reader.finish(rows)?;
        let removed = graph.removed(rows);
        Ok(Self { graph, candidates, removed, ..Self::default() })
    }

    pub fn part(&self, rows: &Rows, number: u32) -> Option<Vec<u8>> {
        bytes::part(&self.graph, rows, self.candidates, number)
    }

    /// Takes note that a row was removed.
    pub fn remove(&mut self, row: u32) {
        self.removed += u32::from(row < self.graph.covered());
    }

    /// Does what is due until `work` more rows were compared.
    pub fn upkeep(&mut self, rows: &Rows, work: u64) -> Upkeep {
        let until = self.scratch.compared.saturating_add(work);
        loop {
            let left = until.saturating_sub(self.scratch.compared);
            let Some(phase) = self.due(rows) else { return Upkeep::Idle };
            match phase {
                Phase::Repairing => self.mend(rows, left),
                Phase::Building => self.build(rows, left),
                Phase::Checking => self.check(rows, left),
            }
            if self.scratch.compared >= until {
                return self.due(rows).map_or(Upkeep::Idle, |phase| self.progress(rows, phase));
            }
        }
    }

    fn due(&self, rows: &Rows) -> Option<Phase> {
        let covered = self.graph.covered();
        if self.refused {
            // Twice the rows are another graph.
            let is_other = rows.len() / 2 > self.checked;
            return is_other.then_some(Phase::Building);
        }
        if self.repair.is_some() || self.removed > covered / REPAIR_SHARE {
            Some(Phase::Repairing)
        } else if covered < rows.len() {
            Some(Phase::Building)
        } else if self.check.is_some() || covered > self.checked + self.checked / CHECK_SHARE {
            Some(Phase::Checking)
        } else {
            None
        }
    }

    fn progress(&self, rows: &Rows, phase: Phase) -> Upkeep {
        let (done, of) = match phase {
            Phase::Repairing => (self.repair.as_ref().map_or(0, Repair::done), self.graph.covered()),
            Phase::Building => (self.graph.covered(), rows.len()),
            Phase::Checking => self.check.as_ref().map_or((0, rows.len()), Check::progress),
        };
        Upkeep::Working { phase, done, of }
    }

    fn mend(&mut self, rows: &Rows, work: u64) {
        let repair = self.repair.get_or_insert_with(|| {
            // What is removed from now on stays for the next one.
            self.removed = 0;
            Repair::new(rows)
        });
        if repair.step(&mut self.graph, rows, work, &mut self.scratch) {
            self.repair = None;
            // Links have changed: what a check found is not known of them.
            self.checked = 0;
        }
    }

    fn build(&mut self, rows: &Rows, work: u64) {
        if self.refused {
            *self = Self::default();
        }
        let until = self.scratch.compared.saturating_add(work);
        while self.graph.covered() < rows.len() && self.scratch.compared < until {
            // A row without anything to be compared with is work too.
            self.scratch.compared += 1;
            self.graph.insert_next(rows, &mut self.scratch);
        }
    }

    fn check(&mut self, rows: &Rows, work: u64) {
        let check = self.check.get_or_insert_with(|| Check::new(rows, &self.graph));
        let Some(verdict) = check.step(&self.graph, rows, work, &mut self.scratch) else { return };
        self.check = None;
        self.checked = self.graph.covered();
        match verdict {
            Verdict::Candidates(candidates) => self.candidates = candidates,
            Verdict::Refused => {
                // Its memory is of no more use.
                (self.graph, self.candidates, self.refused) = (Graph::default(), 0, true);
            }
        }
    }

    /// The best of the covered rows; `None` where looking at every row is quicker, or the graph leads nowhere.
    pub fn search(
        &self,
        sought: Sought<'_>,
        limit: usize,
        candidates: usize,
        filter: Option<Filter<'_>>,
    ) -> Option<Top> {
        let covered = self.graph.covered();
        let mut scratch = Scratch::default();
        // The last of many are found as surely as the first few only with as many candidates again.
        let candidates = candidates.max(2 * limit);
        let (accept, work_max): (Filter<'_>, u64) = match filter {
            None => (&|_| true, u64::MAX),
            Some(filter) => {
                let share = share(sought.rows, 0..covered, filter);
                let walk = candidates as f32 / share * WALK_WORK * WALK_COST;
                let scan = covered as f32 * if share < GATHERED_SHARE { ASK_COST + GATHER_COST * share } else { 1.0 };
                if walk >= scan {
                    return None;
                }
                (filter, (scan / WALK_COST) as u64)
            }
        };
        let found = self.graph.search(sought, candidates, accept, work_max, &mut scratch)?;
        found.is_full().then_some(found)
    }
}
