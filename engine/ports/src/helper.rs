//! Another thread that computes beside this one.
//!
//! Browsers give a WebAssembly program more threads only in a build that a stable compiler does not make. What every compiler
//! makes is a second program with a memory of its own, and bytes that both see. This port is these bytes, and whose turn it
//! is; what they mean is up to the two programs.

/// Bytes that two threads see, and numbers that they share out. While a task is under way the bytes belong to the helper,
/// except what it has finished; else they belong to the one that has it. The numbers are always everybody's.
pub trait SharedBytes {
    /// How many there are.
    fn size(&self) -> usize;

    /// Writes `bytes` from the byte `at` on. What does not fit is left out.
    fn write(&self, at: usize, bytes: &[u8]);

    /// The next number, from 0 on: nobody else gets it in this task.
    fn claim(&self) -> u32;

    /// Notes a number below 32 as finished. Who sees it sees what was written before.
    fn finish(&self, number: u32);

    /// Bits of the numbers that are finished.
    fn finished(&self) -> u32;

    /// Reads from the byte `at` on. What is not there is left as it is.
    fn read(&self, at: usize, bytes: &mut [u8]);
}

/// A thread that does one task at a time. Dropping it ends the thread.
pub trait Helper: SharedBytes {
    /// Whether no task is under way, or one ends in the next microseconds.
    fn is_free(&self) -> bool;

    /// Hands the bytes over: the task is in them. No number is claimed or finished yet. Only while [`Helper::is_free`].
    fn start(&self);

    /// Waits, without giving way, until no task is under way. `false` where it is not after two seconds, or the thread has ended:
    /// then the helper is lost and must not be used again.
    fn wait(&self) -> bool;
}

/// The helper's own end.
pub trait Station: SharedBytes {
    /// Waits for a task; `false` where none comes soon, or none will come any more: then the thread has nothing to do until it
    /// is called again.
    fn next(&self) -> bool;

    /// Hands the bytes back.
    fn done(&self);
}

#[cfg(not(target_arch = "wasm32"))]
pub use threads::ThreadHelper;

#[cfg(not(target_arch = "wasm32"))]
mod threads {
    use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
    use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
    use std::time::Duration;
    use std::{hint, io, thread};

    use super::{Helper, SharedBytes, Station};

    /// The bytes are with the one that has the helper.
    const REST: u8 = 0;
    /// They are with the helper.
    const TASK: u8 = 1;
    /// One of the two is gone.
    const OVER: u8 = 2;

    /// Looks at the state before a thread goes to sleep: longer than what comes between two products.
    const SPINS: usize = 20_000;
    /// Looks at it while a task ends: much shorter.
    const SPINS_FOR_THE_END: usize = 200;
    const PATIENCE: Duration = Duration::from_secs(2);

    struct Shared {
        state: AtomicU8,
        claimed: AtomicU32,
        finished: AtomicU32,
        bytes: Mutex<Vec<u8>>,
        /// For sleepers: held while the state changes.
        gate: Mutex<()>,
        changed: Condvar,
    }

    /// What a panic of the other thread left behind is still bytes.
    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    impl Shared {
        /// Changes the state, unless it is over.
        fn change(&self, from: u8, to: u8) {
            let _gate = lock(&self.gate);
            let _ = self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
            self.changed.notify_all();
        }

        fn end(&self) {
            let _gate = lock(&self.gate);
            self.state.store(OVER, Ordering::Release);
            self.changed.notify_all();
        }

        /// The state as soon as it is not `state` any more, or after so long.
        fn leaves(&self, state: u8, patience: Duration) -> u8 {
            let now = || self.state.load(Ordering::Acquire);
            for _ in 0..SPINS {
                if now() != state {
                    return now();
                }
                hint::spin_loop();
            }
            let gate = lock(&self.gate);
            drop(self.changed.wait_timeout_while(gate, patience, |()| now() == state));
            now()
        }
    }

    /// A helper that is a thread of this process; the thread has the same at its end.
    pub struct ThreadHelper(Arc<Shared>);

    impl ThreadHelper {
        /// Starts a thread that runs `serve`, with `size` bytes between them.
        ///
        /// # Errors
        /// Where the system starts no more threads.
        pub fn start(size: usize, serve: impl FnOnce(&dyn Station) + Send + 'static) -> io::Result<Self> {
            let shared = Arc::new(Shared {
                state: AtomicU8::new(REST),
                claimed: AtomicU32::new(0),
                finished: AtomicU32::new(0),
                bytes: Mutex::new(vec![0; size]),
                gate: Mutex::new(()),
                changed: Condvar::new(),
            });
            let station = Self(Arc::clone(&shared));
            thread::Builder::new().name("helper".to_owned()).spawn(move || serve(&station))?;
            Ok(Self(shared))
        }
    }

    /// Whichever end goes, by a panic too: the other learns it.
    impl Drop for ThreadHelper {
        fn drop(&mut self) {
            self.0.end();
        }
    }

    impl SharedBytes for ThreadHelper {
        fn size(&self) -> usize {
            lock(&self.0.bytes).len()
        }

        fn write(&self, at: usize, bytes: &[u8]) {
            if let Some(to) = lock(&self.0.bytes).get_mut(at..) {
                let length = bytes.len().min(to.len());
                to[..length].copy_from_slice(&bytes[..length]);
            }
        }

        fn claim(&self) -> u32 {
            self.0.claimed.fetch_add(1, Ordering::Relaxed)
        }

        fn finish(&self, number: u32) {
            self.0.finished.fetch_or(1u32.checked_shl(number).unwrap_or(0), Ordering::Release);
        }

        fn finished(&self) -> u32 {
            self.0.finished.load(Ordering::Acquire)
        }

        fn read(&self, at: usize, bytes: &mut [u8]) {
            if let Some(from) = lock(&self.0.bytes).get(at..) {
                let length = bytes.len().min(from.len());
                bytes[..length].copy_from_slice(&from[..length]);
            }
        }
    }

    impl Helper for ThreadHelper {
        fn is_free(&self) -> bool {
            let is_free = || self.0.state.load(Ordering::Acquire) == REST;
            (0..SPINS_FOR_THE_END).any(|_| {
                hint::spin_loop();
                is_free()
            })
        }

        fn start(&self) {
            // Seen by whoever sees the new state.
            self.0.claimed.store(0, Ordering::Relaxed);
            self.0.finished.store(0, Ordering::Relaxed);
            self.0.change(REST, TASK);
        }

        fn wait(&self) -> bool {
            self.0.leaves(TASK, PATIENCE) == REST
        }
    }

    impl Station for ThreadHelper {
        fn next(&self) -> bool {
            while self.0.leaves(REST, PATIENCE) == REST {}
            self.0.state.load(Ordering::Acquire) == TASK
        }

        fn done(&self) {
            self.0.change(TASK, REST);
        }
    }
}
