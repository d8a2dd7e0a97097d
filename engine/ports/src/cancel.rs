//! Cancellation: a flag that the one who asked raises and the one who works looks at.

use std::cell::Cell;
use std::rc::Rc;

use thiserror::Error;

/// The work was cancelled; nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cancelled")]
pub struct Cancelled;

/// A cancellation flag. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Rc<Cell<bool>>);

impl Cancel {
    /// A flag that is down.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag; it stays up.
    pub fn cancel(&self) {
        self.0.set(true);
    }

    /// Whether the flag is up.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.get()
    }

    /// `Err` once the flag is up: for use with `?` between two pieces of work.
    ///
    /// # Errors
    /// [`Cancelled`] when the flag is up.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_flag() {
        let cancel = Cancel::new();
        let other = cancel.clone();
        assert_eq!(other.check(), Ok(()));
        cancel.cancel();
        assert_eq!(other.check(), Err(Cancelled));
    }
}
