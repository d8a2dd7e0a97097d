//! The networks. Quantised weights multiply in [`crate::kernels`]; floats, the reference, plainly.
//!
//! Every dimension is compared with the file when a model is loaded; after that no shape can surprise.

mod attention;
pub mod bert;
pub mod cache;
pub mod config;
pub mod decoder;
pub(crate) mod layer;
pub mod linear;
pub mod network;
pub mod rope;
pub(crate) mod rows;

pub use bert::{Bert, BertConfig};
pub use cache::KvCache;
pub use config::{DecoderConfig, Family};
pub use decoder::{Decoder, Precision};
pub use linear::{Linear, Projection};
pub use network::{Network, Reading, Scores};
