//! The edge: serves the site and says, in headers, what a page and its workers may do.
//!
//! - [`policy`] decides: which requests are answered, and which headers an answer carries. Plain data in and out.
//! - `entry` is the Worker that asks it.

pub mod policy;

#[cfg(target_arch = "wasm32")]
mod entry;
