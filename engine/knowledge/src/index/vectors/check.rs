//! What a graph finds, against what there is: a sample of queries, searched both ways.
//!
//! Half of the queries are rows of the set, which must not find themselves; but a graph knows its own rows best. The other
//! half are made of three rows that are neighbours, two thirds of the first and the second less one third of the third: of
//! vectors that are alike this makes another of their kind, with their mean and their variance (the weights add up to 1, and
//! so do their squares), and of their noise as well. That is what the vector of a question is to a graph. (100,000 vectors in
//! which clusters overlap, `SPREAD` 1 in `samples.rs`: with 64 candidates rows and rows with noise were found with a recall of
//! .98, unseen vectors with one of .92.)
//!
//! The exact side takes [`QUERIES`] times the set's rows in products, three seconds at a million rows, in steps that the caller
//! chooses.

use super::graph::search::Sought;
use super::graph::{Graph, Scratch, hash};
use super::quantise::VectorQuery;
use super::rows::Rows;
use super::top::{Scored, Top};

/// Queries of a check. With ten neighbours each, a recall of .99 is known to .003 (one standard deviation).
const QUERIES: u32 = 128;

/// Neighbours that count.
const NEIGHBOURS: usize = 10;

/// What must be found of them. The aim is .95 of the nearest by the unrounded vectors. Exact search over rounded ones finds .99
/// of those (`exact_recall_at_10` of `cargo xtask eval ann`), and a graph finds up to .03 less of vectors that are truly new than of
/// these (100,000 vectors, `SPREAD` 1: .98 here, .96 there).
const RECALL_MIN: f64 = 0.99;

/// Numbers of candidates that are tried, in this order; a search takes time in proportion, about 3 µs for each at a million
/// rows in a browser. The first is more than most sets need: half a millisecond is not worth a neighbour. A graph that
/// needs more than the last is not navigable, and every row is looked at instead.
const CANDIDATES: [u32; 6] = [160, 256, 384, 512, 768, 1024];

/// Rows that are compared with all queries before the next ones are: with 384 dimensions they stay in a processor's cache of
/// the second level.
const ROWS_AT_ONCE: u32 = 512;

#[derive(Debug, Clone)]
struct Question {
    query: VectorQuery,
    /// The row that it is made of, where it must not be found.
    own: Option<u32>,
    nearest: Top,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// So many candidates are enough.
    Candidates(u32),
    /// No number of them is.
    Refused,
}

/// A check that is under way. Rows may be removed and inserted meanwhile.
#[derive(Debug, Clone)]
pub struct Check {
    questions: Vec<Question>,
    /// Rows that the graph covered when it began.
    covered: u32,
    compared_to: u32,
    /// Index into [`CANDIDATES`], the next question, and what was found and wanted with so many candidates up to it.
    tried: usize,
    asked: usize,
    found: usize,
    wanted: usize,
}

impl Check {
    pub fn new(rows: &Rows, graph: &Graph) -> Self {
        let covered = graph.covered();
        let pick = |number: u32| u32::try_from(hash(u64::from(number)) % u64::from(covered.max(1))).ok();
        let picked = (0..QUERIES).filter_map(|number| Some((number, pick(number)?)));
        let questions = picked
            .filter(|(_, row)| rows.is_live(*row))
            .filter_map(|(number, row)| {
                let own = Some(row).filter(|_| number % 2 == 0);
                let vector = if own.is_some() { vector(rows, row) } else { unseen(rows, graph, row) };
                let query = VectorQuery::new(&vector).ok()?;
                Some(Question { query, own, nearest: Top::new(NEIGHBOURS) })
            })
            .collect();
        Self { questions, covered, compared_to: 0, tried: 0, asked: 0, found: 0, wanted: 0 }
    }

    /// Rows that have been compared with all questions, and how many there are.
    pub const fn progress(&self) -> (u32, u32) {
        (self.compared_to, self.covered)
    }

    /// Goes on until `work` more rows were compared; what it came to, once it has ended.
    pub fn step(&mut self, graph: &Graph, rows: &Rows, work: u64, scratch: &mut Scratch) -> Option<Verdict> {
        let until = scratch.compared.saturating_add(work);
        while self.compared_to < self.covered {
            if scratch.compared >= until {
                return None;
            }
            self.compare(rows, scratch);
        }
        while let Some(candidates) = CANDIDATES.get(self.tried) {
            while let Some(question) = self.questions.get(self.asked) {
                if scratch.compared >= until {
                    return None;
                }
                let (found, wanted) = ask(question, graph, rows, *candidates, scratch);
                self.found += found;
                self.wanted += wanted;
                self.asked += 1;
            }
            if self.found as f64 >= RECALL_MIN * self.wanted as f64 {
                return Some(Verdict::Candidates(*candidates));
            }
            (self.tried, self.asked, self.found, self.wanted) = (self.tried + 1, 0, 0, 0);
        }
        Some(Verdict::Refused)
    }

    /// Compares the next rows with all questions.
    fn compare(&mut self, rows: &Rows, scratch: &mut Scratch) {
        let end = self.covered.min(self.compared_to + ROWS_AT_ONCE);
        for Question { query, own, nearest } in &mut self.questions {
            rows.scan(query.parts(), self.compared_to..end, |row, score| {
                if score >= nearest.bar() && rows.is_live(row) && *own != Some(row) {
                    nearest.offer(Scored::new(row, score));
                }
            });
        }
        scratch.compared += u64::from(end - self.compared_to) * self.questions.len() as u64;
        self.compared_to = end;
    }
}

/// How many of the nearest the graph finds, and how many there are. Any row as near as the last of them is one of them.
fn ask(question: &Question, graph: &Graph, rows: &Rows, candidates: u32, scratch: &mut Scratch) -> (usize, usize) {
    let nearest = question.nearest.clone().into_sorted();
    let nearest: Vec<Scored> = nearest.into_iter().filter(|found| rows.is_live(found.row())).collect();
    let Some(last) = nearest.last() else {
        return (0, 0);
    };
    let sought = Sought { rows, query: question.query.parts() };
    let found = graph.search(sought, candidates as usize, |row| question.own != Some(row), u64::MAX, scratch);
    let found = found.map_or_else(Vec::new, Top::into_sorted);
    let near = found.iter().take_while(|found| found.score() >= last.score()).count();
    (near.min(nearest.len()), nearest.len())
}

/// A row's vector.
fn vector(rows: &Rows, row: u32) -> Vec<f32> {
    rows.values(row).iter().map(|value| f32::from(*value) * rows.scale(row)).collect()
}

/// A vector of the row's kind: of it, of a neighbour, and of a neighbour of that.
fn unseen(rows: &Rows, graph: &Graph, row: u32) -> Vec<f32> {
    let neighbour = |of: u32, not: u32| {
        let others: Vec<u32> =
            graph.neighbours(of).iter().copied().filter(|other| *other != not && rows.is_live(*other)).collect();
        // Below the number of neighbours.
        others.get((hash(u64::from(of)) % others.len().max(1) as u64) as usize).copied().unwrap_or(of)
    };
    let second = neighbour(row, row);
    let third = neighbour(second, row);
    let [first, second, third] = [row, second, third].map(|row| vector(rows, row));
    let parts = first.iter().zip(second).zip(third);
    parts.map(|((first, second), third)| (2.0 * (first + second) - third) / 3.0).collect()
}
