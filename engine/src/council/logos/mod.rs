//! Logos: finds the sentences that answer, and says them.
//!
//! [`rank`] measures, [`choose`] picks; [`QuotingLogos`] shows the sentences word for word, [`RetrievingLogos`] has a
//! generator phrase them ([`prompt`]), or answer on its own where no document is asked for.

pub mod choose;
pub mod prompt;
pub mod quoting;
pub mod rank;
pub mod retrieving;

pub use quoting::QuotingLogos;
pub use retrieving::{RetrievingLogos, Writing};
