//! Giving way to what else waits on this thread.

use crate::LocalFuture;

/// Gives way to the event loop, so that messages (a cancellation, say) arrive in the middle of long work.
pub trait Yield {
    /// Completes after everything that already waits on this thread had its turn.
    fn yield_now(&self) -> LocalFuture<'_, ()>;
}

/// Does not yield: for native programs, where nothing else waits on the thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoYield;

impl Yield for NoYield {
    fn yield_now(&self) -> LocalFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}
