//! The vectors' index as a program for a browser, without anything around it: `cargo xtask bench knowledge --browser` measures it.
//!
//! Plain functions over WebAssembly's own numbers: arrays lie in the program's memory, where the functions say. It is built with
//! `cargo build --release --target wasm32-unknown-unknown -p conclave-vectors-bench`.

use std::cell::RefCell;

use conclave_knowledge::index::vectors::samples::Law;
use conclave_knowledge::index::vectors::{Effort, Filter, GraphReader, Upkeep, VectorQuery, VectorSet};

/// Neighbours that are kept of each query as the truth.
const NEIGHBOURS: usize = 10;

struct Bench {
    dim: usize,
    vectors: Box<dyn Iterator<Item = Vec<f32>>>,
    queries: Vec<Vec<f32>>,
    asked: Vec<VectorQuery>,
    /// The nearest rows of each query by the unrounded vectors, best first.
    truth: Vec<Vec<(f32, u32)>>,
    set: VectorSet,
    reader: GraphReader,
    /// Vectors that were made last, one after the other.
    made: Vec<f32>,
    found: Vec<u32>,
    bytes: Vec<u8>,
}

thread_local! {
    static BENCH: RefCell<Option<Bench>> = const { RefCell::new(None) };
}

/// `None` before [`begin`], and where an argument is no good.
fn with<T>(work: impl FnOnce(&mut Bench) -> Option<T>) -> Option<T> {
    BENCH.with_borrow_mut(|bench| work(bench.as_mut()?))
}

/// Begins anew, with so many queries; whether that can be.
#[unsafe(no_mangle)]
pub extern "C" fn begin(dim: usize, seed: u32, queries: usize) -> bool {
    let law = Law::new(dim, u64::from(seed));
    let queries: Vec<Vec<f32>> = law.vectors(1).take(queries).collect();
    let asked = queries.iter().filter_map(|query| VectorQuery::new(query).ok()).collect();
    let truth = vec![Vec::new(); queries.len()];
    let Ok(set) = VectorSet::new("bench", dim) else { return false };
    let vectors = Box::new(law.into_vectors(0));
    let bench = Bench {
        dim,
        vectors,
        queries,
        asked,
        truth,
        set,
        reader: GraphReader::default(),
        made: Vec::new(),
        found: Vec::new(),
        bytes: Vec::new(),
    };
    BENCH.set(Some(bench));
    true
}

/// Makes the next vectors; where they lie, one after the other.
#[unsafe(no_mangle)]
pub extern "C" fn make(count: usize) -> *const f32 {
    with(|bench| {
        bench.made.clear();
        for vector in bench.vectors.by_ref().take(count) {
            bench.made.extend(vector);
        }
        Some(bench.made.as_ptr())
    })
    .unwrap_or(std::ptr::null())
}

/// Where the components of a query lie.
#[unsafe(no_mangle)]
pub extern "C" fn query(number: usize) -> *const f32 {
    with(|bench| Some(bench.queries.get(number)?.as_ptr())).unwrap_or(std::ptr::null())
}

/// Compares the vectors that were made last with all queries: call it before [`push`].
#[unsafe(no_mangle)]
pub extern "C" fn compare() {
    with(|bench| {
        for (row, vector) in (bench.set.len()..).zip(bench.made.chunks_exact(bench.dim)) {
            for (query, nearest) in bench.queries.iter().zip(&mut bench.truth) {
                let score = product(query, vector);
                if nearest.len() < NEIGHBOURS || nearest.last().is_some_and(|last| last.0 < score) {
                    let at = nearest.partition_point(|other| other.0 >= score);
                    nearest.insert(at, (score, row));
                    nearest.truncate(NEIGHBOURS);
                }
            }
        }
        Some(())
    });
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    let (a_parts, a_rest) = a.as_chunks::<16>();
    let (b_parts, b_rest) = b.as_chunks::<16>();
    let mut sums = [0f32; 16];
    for (a, b) in a_parts.iter().zip(b_parts) {
        for lane in 0..16 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// Adds the vectors that were made last; how many the index now has.
#[unsafe(no_mangle)]
pub extern "C" fn push() -> u32 {
    with(|bench| {
        for vector in bench.made.chunks_exact(bench.dim) {
            bench.set.push(vector).ok()?;
        }
        Some(bench.set.len())
    })
    .unwrap_or(0)
}

/// A step of upkeep; whether there is more to do.
#[unsafe(no_mangle)]
pub extern "C" fn upkeep(work: u32) -> bool {
    with(|bench| Some(bench.set.upkeep(u64::from(work)) != Upkeep::Idle)).unwrap_or(false)
}

/// Candidates that the index's check found necessary; 0 where there is no graph.
#[unsafe(no_mangle)]
pub extern "C" fn candidates() -> u32 {
    with(|bench| bench.set.candidates()).unwrap_or(0)
}

/// Searches: by every row where `exact`, else as the index will. Only one row in `modulus` may be found. How many were.
#[unsafe(no_mangle)]
pub extern "C" fn search(number: usize, limit: usize, exact: bool, modulus: u32) -> usize {
    with(|bench| {
        let effort = if exact { Effort::Exact } else { Effort::Usual };
        let allowed = |row: u32| row.is_multiple_of(modulus);
        let filter: Option<Filter<'_>> = if modulus > 1 { Some(&allowed) } else { None };
        let found = bench.set.search(bench.asked.get(number)?, limit, effort, filter);
        bench.found = found.into_iter().map(|(row, _)| row).collect();
        Some(bench.found.len())
    })
    .unwrap_or(0)
}

/// Where the rows lie that were found last.
#[unsafe(no_mangle)]
pub extern "C" fn found() -> *const u32 {
    with(|bench| Some(bench.found.as_ptr())).unwrap_or(std::ptr::null())
}

/// Puts the true nearest of a query where [`found`] is; how many.
#[unsafe(no_mangle)]
pub extern "C" fn truth(number: usize) -> usize {
    with(|bench| {
        bench.found = bench.truth.get(number)?.iter().map(|(_, row)| *row).collect();
        Some(bench.found.len())
    })
    .unwrap_or(0)
}

/// Writes a part of the graph; its length, 0 where there is no such part.
#[unsafe(no_mangle)]
pub extern "C" fn write(part: u32) -> usize {
    with(|bench| {
        bench.bytes = bench.set.graph_part(part)?;
        Some(bench.bytes.len())
    })
    .unwrap_or(0)
}

/// Makes room for so many bytes of a part.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    with(|bench| {
        bench.bytes.resize(length, 0);
        Some(bench.bytes.as_mut_ptr())
    })
    .unwrap_or(std::ptr::null_mut())
}

/// Reads the part that lies where [`room`] said; whether it is one.
#[unsafe(no_mangle)]
pub extern "C" fn read() -> bool {
    with(|bench| bench.reader.push(&bench.bytes).ok()).is_some()
}

/// Takes the graph that was read; whether it is the set's.
#[unsafe(no_mangle)]
pub extern "C" fn adopt() -> bool {
    with(|bench| bench.set.adopt(std::mem::take(&mut bench.reader)).ok()).is_some()
}
