//! Conclave's engine: what happens between a question and an approved answer. It does no I/O of its own.
//!
//! - [`council`]: three agents, their deliberation and the gate.

pub mod council;
