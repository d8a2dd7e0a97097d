//! Language models and encoders: GGUF and safetensors files in, tokens and vectors out.
//!
//! Two traits are the face of this crate: [`Generator`] writes text, [`Encoder`] turns texts into vectors. Both give way
//! to the event loop and look at the cancellation flag between pieces of work ([`Pulse`]).
//!
//! | folder | holds |
//! |---|---|
//! | [`checkpoint`] | what a decoder is made from, whichever files it comes in |
//! | [`constrain`] | answers that follow a JSON schema or a regular expression |
//! | [`mod@format`] | GGUF and safetensors |
//! | [`kernels`] | products with weights that stay quantised: a crate of its own |
//! | [`model`] | the networks |
//! | [`gpu`] | decoders on WebGPU |
//! | [`text`] | tokenizers and chat templates |

pub mod api;
pub mod card;
pub mod checkpoint;
pub mod constrain;
pub mod encoder;
pub mod error;
pub mod format;
pub mod generator;
pub mod gpu;
pub mod model;
pub mod probe;
pub mod sampling;
pub mod text;

pub use conclave_kernels as kernels;

pub use api::{ChatMessage, Encoder, Finish, GenerateRequest, Generated, Generator, Pulse, Role, Sampling};
pub use card::ModelCard;
pub use checkpoint::{Checkpoint, Folder};
pub use constrain::Constraint;
pub use encoder::BertEncoder;
pub use error::InferenceError;
pub use format::gguf::CARD_BYTES;
pub use generator::{DEFAULT_CONTEXT, TextGenerator};
pub use model::BertConfig;
