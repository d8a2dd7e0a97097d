//! Vectors of all passages, and the nearest of them to a query.
//!
//! A [`VectorSet`] holds the vectors of one encoder as rows of components of a byte ([`quantise()`]). The caller keeps what a row
//! stands for: rows are numbered from 0 as they are pushed, and keep their numbers; a removed one is overwritten with zeros at
//! once and its number is not given again.
//!
//! ```text
//! let mut set = VectorSet::new("all-MiniLM-L6-v2", 384)?;
//! let row = set.push(&vector)?;                         // or push_quantised(bytes of a segment), push_removed()
//! let query = VectorQuery::new(&vector)?;
//! let best = set.search(&query, 100, Effort::Usual, Some(&|row| allowed[row as usize]));
//! let similarity = set.cosine(row, &query);
//! set.remove(row);
//! ```
//!
//! Every row is looked at ([`scan`]), by kernels in SIMD ([`kernels`]), until [`VectorSet::upkeep`] has built a graph ([`graph`])
//! that has proved in a check ([`check`]) to find what there is. Upkeep does a bounded piece of work each time it is called.
//! The graph is stored in parts and read back:
//!
//! ```text
//! while let Upkeep::Working { .. } = set.upkeep(100_000) { yield_now().await }
//! let parts: Vec<Vec<u8>> = (0..set.graph_parts()).filter_map(|part| set.graph_part(part)).collect();
//!
//! let mut reader = GraphReader::default();              // the set holds the same rows under the same numbers
//! for part in &parts { reader.push(part)?; }
//! set.adopt(reader)?;
//! ```

mod check;
mod error;
mod graph;
mod kernels;
mod packed;
mod quantise;
mod rows;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
mod scan;
mod set;
mod top;
mod upkeep;

pub use error::VectorError;
pub use graph::bytes::GraphError;
pub use packed::{pack, packed_len, unpack};
pub use quantise::{MAX_DIM, VectorQuery, quantise};
pub use scan::Filter;
pub use set::{Effort, GraphReader, VectorSet};
pub use upkeep::{GRAPH_ROWS, Phase, Upkeep};

#[cfg(test)]
mod tests;
