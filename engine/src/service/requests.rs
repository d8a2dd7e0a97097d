//! Requests that run, and how they are stopped.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::pin;
use std::task::{Poll, Waker};

use conclave_ports::{Cancel, Cancelled};
use conclave_protocol::RequestId;

/// The requests that run.
#[derive(Default)]
pub(super) struct Requests {
    running: RefCell<HashMap<RequestId, Cancel>>,
    /// Those who wait for something and have to look at their flag.
    waiting: RefCell<Vec<Waker>>,
}

impl Requests {
    /// Enters a request; it is struck out when the guard is dropped.
    pub(super) fn enter(&self, id: RequestId) -> Running<'_> {
        let cancel = Cancel::new();
        self.running.borrow_mut().insert(id, cancel.clone());
        Running { requests: self, id, cancel }
    }

    /// Raises the flag of a request and wakes everybody who waits; one that has ended is left alone.
    pub(super) fn cancel(&self, id: RequestId) {
        if let Some(cancel) = self.running.borrow().get(&id) {
            cancel.cancel();
        }
        self.wake();
    }

    /// Wakes everybody who waits, to look at their flags.
    pub(super) fn wake(&self) {
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// The future's value, or `Cancelled` as soon as the flag goes up.
    pub(super) async fn until<T>(&self, cancel: &Cancel, future: impl Future<Output = T>) -> Result<T, Cancelled> {
        let mut future = pin!(future);
        std::future::poll_fn(|context| {
            if let Err(cancelled) = cancel.check() {
                return Poll::Ready(Err(cancelled));
            }
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(value));
            }
            let mut waiting = self.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }
}

/// A request while it runs.
pub(super) struct Running<'a> {
    requests: &'a Requests,
    id: RequestId,
    pub(super) cancel: Cancel,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.requests.running.borrow_mut().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Context;

    #[test]
    fn a_cancellation_reaches_who_waits() {
        let requests = Requests::default();
        let running = requests.enter(RequestId(1));
        let mut waiting = pin!(requests.until(&running.cancel, std::future::pending::<()>()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        requests.cancel(RequestId(2));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        requests.cancel(RequestId(1));
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Ready(Err(Cancelled)));
    }

    #[test]
    fn a_request_that_ended_cannot_be_cancelled() {
        let requests = Requests::default();
        let cancel = requests.enter(RequestId(1)).cancel.clone();
        requests.cancel(RequestId(1));
        assert!(!cancel.is_cancelled());
    }
}
