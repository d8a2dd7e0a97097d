//! [`Lock`] on the Web Locks API. The browser frees the locks of a tab that is closed or killed.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::{LocalFuture, Lock, LockError, LockGuard};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{js, scope};

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(catch, method)]
    fn request(this: &LockManager, name: &str, granted: &Function) -> Result<Promise, JsValue>;
}

/// Locks shared by all tabs of the origin.
#[derive(Debug, Clone)]
pub struct WebLock {
    prefix: &'static str,
}

impl WebLock {
    /// Locks whose names begin with `prefix`.
    #[must_use]
    pub const fn new(prefix: &'static str) -> Self {
        Self { prefix }
    }
}

/// What the callback has to say: how to let the lock go.
type Release = Function;

impl Lock for WebLock {
    fn acquire<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<LockGuard, LockError>> {
        // The request is made here and not at the first poll: who asks first gets it first.
        let asked = request(&format!("{}/{name}", self.prefix));
        Box::pin(async move {
            let (granted, promise) = asked?;
            match select(granted, JsFuture::from(promise)).await {
                Either::Left((Ok(release), _)) => Ok(LockGuard::new(move || {
                    // Resolving a promise does not throw.
                    let _ = release.call0(&JsValue::UNDEFINED);
                })),
                Either::Left((Err(_), promise)) => Err(refused(promise.await)),
                Either::Right((outcome, _)) => Err(refused(outcome)),
            }
        })
    }
}

fn request(name: &str) -> Result<(oneshot::Receiver<Release>, Promise), LockError> {
    let manager: LockManager = scope::worker()
        .and_then(|worker| js::property(&worker.navigator().into(), "locks"))
        .ok_or_else(|| LockError("this browser does not offer locks".to_owned()))?
        .unchecked_into();
    let (sender, receiver) = oneshot::channel::<Release>();
    let sender = Rc::new(RefCell::new(Some(sender)));
    // The lock is held until the promise that this returns is resolved.
    let granted = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        Promise::new(&mut |resolve, _reject| {
            let waiting = sender.borrow_mut().take();
            let taken = waiting.is_some_and(|waiting| waiting.send(resolve.clone()).is_ok());
            if !taken {
                // Nobody waits any more; see above on `call0`.
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        })
    });
    let promise = manager.request(name, granted.unchecked_ref()).map_err(|error| LockError(js::describe(&error)))?;
    Ok((receiver, promise))
}

fn refused(outcome: Result<JsValue, JsValue>) -> LockError {
    LockError(outcome.map_or_else(|error| js::describe(&error), |_| "it was let go before it was given".to_owned()))
}
