//! One writer across tabs.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::task::{Poll, Waker};

use thiserror::Error;

use crate::LocalFuture;

/// The lock cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the lock cannot be had: {0}")]
pub struct LockError(pub String);

/// Holds a lock until dropped.
pub struct LockGuard(Option<Box<dyn FnOnce()>>);

impl LockGuard {
    /// A guard that calls `release` when dropped.
    pub fn new(release: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(release)))
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            release();
        }
    }
}

/// Exclusive named locks, shared by every tab of the origin. A tab that is closed or killed gives its locks back.
pub trait Lock {
    /// Waits for the lock `name`; first come, first served.
    ///
    /// # Errors
    /// [`LockError`] when the browser refuses.
    fn acquire<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<LockGuard, LockError>>;
}

#[derive(Default)]
struct Held {
    /// Tickets; the front one holds the lock.
    queue: VecDeque<u64>,
    next: u64,
    wakers: Vec<Waker>,
}

/// Locks in memory. Clones share them, as tabs do.
#[derive(Clone, Default)]
pub struct MemoryLock(Rc<RefCell<BTreeMap<String, Held>>>);

impl MemoryLock {
    /// Whether somebody has the lock, or is about to.
    #[must_use]
    pub fn is_held(&self, name: &str) -> bool {
        self.0.borrow().get(name).is_some_and(|held| !held.queue.is_empty())
    }

    fn leave(&self, name: &str, ticket: u64) {
        let wakers = {
            let mut locks = self.0.borrow_mut();
            let Some(held) = locks.get_mut(name) else {
                return;
            };
            held.queue.retain(|waiting| *waiting != ticket);
            std::mem::take(&mut held.wakers)
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Leaves the queue when dropped, whether the lock was reached or the wait was given up.
struct Ticket {
    lock: MemoryLock,
    name: String,
    number: u64,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.lock.leave(&self.name, self.number);
    }
}

impl Lock for MemoryLock {
    fn acquire<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<LockGuard, LockError>> {
        let number = {
            let mut locks = self.0.borrow_mut();
            let held = locks.entry(name.to_owned()).or_default();
            held.next += 1;
            held.queue.push_back(held.next);
            held.next
        };
        let ticket = Ticket { lock: self.clone(), name: name.to_owned(), number };
        Box::pin(async move {
            std::future::poll_fn(|context| {
                let mut locks = self.0.borrow_mut();
                let held = locks.entry(name.to_owned()).or_default();
                if held.queue.front() == Some(&number) {
                    Poll::Ready(())
                } else {
                    held.wakers.push(context.waker().clone());
                    Poll::Pending
                }
            })
            .await;
            Ok(LockGuard::new(move || drop(ticket)))
        })
    }
}
