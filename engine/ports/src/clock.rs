//! Time, and waiting for it to pass.

use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::LocalFuture;

/// A clock.
pub trait Clock {
    /// Wall time in Unix milliseconds. May jump; use it for what a person reads.
    fn unix_ms(&self) -> u64;
    /// Milliseconds since an arbitrary start. Never goes back; use it for durations.
    fn monotonic_ms(&self) -> f64;
    /// Completes after about `for_ms` milliseconds, never before.
    fn sleep(&self, for_ms: u32) -> LocalFuture<'_, ()>;
}

/// The system's clock (native programs).
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts now.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the port's native implementation")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the port's native implementation")]
    fn unix_ms(&self) -> u64 {
        // A clock set before 1970 reads as 1970; no caller can do better.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn monotonic_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1_000.0
    }

    fn sleep(&self, for_ms: u32) -> LocalFuture<'_, ()> {
        Box::pin(async move {
            // A native program of ours does one thing at a time, so nobody else waits for the thread.
            std::thread::sleep(Duration::from_millis(u64::from(for_ms)));
        })
    }
}

/// A clock that moves when told to.
#[derive(Debug, Default)]
pub struct ManualClock {
    unix_ms: Cell<u64>,
    elapsed_ms: Cell<f64>,
}

impl ManualClock {
    /// A clock that stands at `unix_ms`.
    #[must_use]
    pub fn at(unix_ms: u64) -> Self {
        Self { unix_ms: Cell::new(unix_ms), elapsed_ms: Cell::new(0.0) }
    }

    /// Moves both times forward.
    pub fn advance(&self, by_ms: u32) {
        self.unix_ms.set(self.unix_ms.get() + u64::from(by_ms));
        self.elapsed_ms.set(self.elapsed_ms.get() + f64::from(by_ms));
    }
}

impl Clock for ManualClock {
    fn unix_ms(&self) -> u64 {
        self.unix_ms.get()
    }

    fn monotonic_ms(&self) -> f64 {
        self.elapsed_ms.get()
    }

    /// Whoever sleeps moves the clock.
    fn sleep(&self, for_ms: u32) -> LocalFuture<'_, ()> {
        Box::pin(async move { self.advance(for_ms) })
    }
}
