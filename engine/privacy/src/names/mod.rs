//! Finds that need words and context: persons, titles, places, organisations, groups, addresses, dates, ages.

mod address;
mod ages;
mod cues;
mod dates;
#[doc(hidden)]
pub mod features;
mod find;
mod firm;
pub mod fold;
pub mod gazetteer;
#[doc(hidden)]
pub mod model;
mod spelling;
mod spread;
mod titles;
mod weights;
#[doc(hidden)]
pub mod words;

pub use self::find::scan;
pub use self::gazetteer::{Entry, Gazetteer, GazetteerError};
