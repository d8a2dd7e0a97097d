//! Vectors of all passages, and the nearest of them to a query.
//!
//! A [`VectorSet`] holds the vectors of one encoder as rows of 8-bit components ([`quantise()`]). The caller keeps what a row
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
//! Every row is looked at ([`scan`]), by kernels in SIMD ([`kernels`]).

mod error;
mod kernels;
mod quantise;
mod rows;
mod scan;
mod set;
mod top;

pub use error::VectorError;
pub use quantise::{MAX_DIM, VectorQuery, quantise};
pub use scan::Filter;
pub use set::{Effort, VectorSet};

#[cfg(test)]
mod tests;
