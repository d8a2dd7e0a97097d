//! [`Yield`] on a `MessageChannel`: a task of its own, so that messages and timers get their turn, without the 4 ms that
//! nested `setTimeout` calls are held back (HTML, 8.6).

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use conclave_ports::{LocalFuture, Yield};
use futures_channel::oneshot;
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

type Waiting = Rc<RefCell<VecDeque<oneshot::Sender<()>>>>;

/// Gives way to the event loop.
pub struct BrowserYield {
    /// `None` where the browser refused the channel; then yielding only lets other futures run.
    ports: Option<(MessagePort, MessagePort)>,
    waiting: Waiting,
    _on_message: Closure<dyn Fn(MessageEvent)>,
}

impl BrowserYield {
    /// A channel of its own.
    #[must_use]
    pub fn new() -> Self {
        let waiting = Waiting::default();
        let woken = Rc::clone(&waiting);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |_| {
            let next = woken.borrow_mut().pop_front();
            if let Some(next) = next {
                // The one who waited may have given up.
                let _ = next.send(());
            }
        });
        let ports = MessageChannel::new().ok().map(|channel| (channel.port1(), channel.port2()));
        if let Some((receiving, _)) = &ports {
            receiving.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        Self { ports, waiting, _on_message: on_message }
    }
}

impl Default for BrowserYield {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for BrowserYield {
    fn drop(&mut self) {
        if let Some((receiving, sending)) = &self.ports {
            receiving.set_onmessage(None);
            receiving.close();
            sending.close();
        }
    }
}

impl Yield for BrowserYield {
    fn yield_now(&self) -> LocalFuture<'_, ()> {
        Box::pin(async move {
            let (sender, receiver) = oneshot::channel();
            self.waiting.borrow_mut().push_back(sender);
            let posted = self.ports.as_ref().is_some_and(|(_, sending)| sending.post_message(&JsValue::NULL).is_ok());
            if posted {
                let _ = receiver.await;
            } else {
                self.waiting.borrow_mut().pop_back();
            }
        })
    }
}
