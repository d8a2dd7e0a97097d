//! Forms of lines that both the importers and the passages go by: lines with their places, fenced code, list marks, and a
//! heading's words without its markup.

mod heading;
mod lines;

pub use heading::without_markup;
pub use lines::{Fence, Line, lines, list_marker};
