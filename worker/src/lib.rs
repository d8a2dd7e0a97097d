//! The browser's side of the engine: one adapter per port, under the port's file name, and the worker programs.
//!
//! - `bin/engine.rs`: council, models, index, storage; talks `conclave_protocol::message` with the page.
//! - `bin/helper.rs`: products for the engine on one more thread; talks `conclave_kernels::team` with it.
//! - `bin/import.rs`: one file in, its documents out; ended when a file keeps it too long; talks [`reading`] with the engine.
//! - `bin/view.rs`: a page of a file in, its picture out; ended like `import`; talks [`viewing`] with the engine.
//! - `bin/redact.rs`: privacy alone, small; talks `conclave_protocol::redaction` with the page.
//! - `bin/conformance.rs`: the ports' conformance suites on these adapters; tests only.

#[cfg(feature = "adapters")]
pub mod blobs;
#[cfg(feature = "adapters")]
pub mod clock;
#[cfg(feature = "adapters")]
mod database;
#[cfg(feature = "adapters")]
pub mod digest;
#[cfg(feature = "adapters")]
pub mod entropy;
#[cfg(feature = "adapters")]
pub mod fetch;
#[cfg(feature = "reader")]
pub mod files;
#[cfg(feature = "reader")]
pub mod folders;
#[cfg(any(feature = "import", feature = "view"))]
pub mod given;
#[cfg(feature = "engine")]
pub mod guests;
#[cfg(feature = "adapters")]
pub mod hardware;
#[cfg(feature = "adapters")]
pub mod helper;
#[cfg(feature = "adapters")]
mod http;
#[cfg(feature = "adapters")]
mod js;
#[cfg(feature = "adapters")]
pub mod keys;
#[cfg(feature = "adapters")]
pub mod lock;
#[cfg(feature = "reader")]
pub mod pages;
#[cfg(feature = "reader")]
mod program;
#[cfg(feature = "adapters")]
pub mod range_fetch;
#[cfg(feature = "reader")]
pub mod reader;
#[cfg(any(feature = "reader", feature = "import"))]
pub mod reading;
pub mod scope;
#[cfg(feature = "adapters")]
pub mod store;
#[cfg(feature = "engine")]
pub mod tabs;
#[cfg(feature = "reader")]
mod timer;
#[cfg(any(feature = "reader", feature = "view"))]
pub mod viewing;
#[cfg(feature = "adapters")]
pub mod yields;

/// Name of database, lock prefix, news channel; one of each per origin.
pub const NAME: &str = "conclave";

/// Name of the database with the key of this device.
pub const DEVICE: &str = "conclave-device";
