//! Conclave's engine: what happens between a question and an approved answer. It does no I/O of its own.
//!
//! - [`council`]: three agents, their deliberation and the gate.
//! - [`service`]: the requests of the page, on ports.

pub mod council;
pub mod service;
