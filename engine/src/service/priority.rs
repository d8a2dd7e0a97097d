//! Questions go first: embedding of documents stands still while a question is being answered.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Poll, Waker};

use conclave_ports::{LocalFuture, Yield};

/// How many questions are being answered, and who stands back for them.
#[derive(Default)]
pub(super) struct Priority {
    questions: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
}

impl Priority {
    /// Enters a question; everybody goes on when the last guard is dropped.
    pub(super) fn question(&self) -> First<'_> {
        self.questions.set(self.questions.get() + 1);
        First(self)
    }

    /// Whether a question is being answered, or waits for the models to be.
    pub(super) fn is_awaited(&self) -> bool {
        self.questions.get() > 0
    }

    /// Completes when no question is being answered.
    pub(super) async fn quiet(&self) {
        std::future::poll_fn(|context| {
            if self.questions.get() == 0 {
                return Poll::Ready(());
            }
            let mut waiting = self.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

/// A question that is being answered.
pub(super) struct First<'a>(&'a Priority);

impl Drop for First<'_> {
    fn drop(&mut self) {
        let left = self.0.questions.get().saturating_sub(1);
        self.0.questions.set(left);
        if left == 0 {
            std::mem::take(&mut *self.0.waiting.borrow_mut()).into_iter().for_each(Waker::wake);
        }
    }
}

/// Gives way to the event loop, and then to questions for as long as there are any.
pub(super) struct AfterQuestions {
    pub(super) yields: Rc<dyn Yield>,
    pub(super) priority: Rc<Priority>,
}

impl Yield for AfterQuestions {
    fn yield_now(&self) -> LocalFuture<'_, ()> {
        Box::pin(async move {
            // The question may only arrive while this gives way.
            self.yields.yield_now().await;
            self.priority.quiet().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    #[test]
    fn what_stands_back_goes_on_after_the_last_question() {
        let priority = Priority::default();
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(priority.quiet()).poll(&mut context).is_ready());
        let (first, second) = (priority.question(), priority.question());
        let mut waiting = pin!(priority.quiet());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        drop(second);
        assert!(waiting.as_mut().poll(&mut context).is_ready());
    }
}
