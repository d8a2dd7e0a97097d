//! A lock of the browser that one tab of the origin holds at a time, as long as the value lives.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(catch, method)]
    fn request(this: &LockManager, name: &str, options: &Object, granted: &Function) -> Result<Promise, JsValue>;
}

enum State {
    /// It is somebody else's.
    Waiting,
    /// It is ours; this lets it go.
    Held(Function),
    /// Nobody here wants it any more.
    Over,
}

/// What becomes of a claim.
pub enum Turn {
    /// The lock is ours. A browser without locks gives everybody theirs.
    Granted,
    /// Another tab took it from us.
    Taken,
}

struct Inner {
    name: String,
    state: RefCell<State>,
    tell: Box<dyn Fn(Turn)>,
}

/// Waits for the lock, and then holds it. The browser gives the locks of a closed or killed tab to who waits.
pub struct Claim(Rc<Inner>);

impl Claim {
    /// Asks for the lock.
    pub fn new(name: String, tell: impl Fn(Turn) + 'static) -> Self {
        let inner = Rc::new(Inner { name, state: RefCell::new(State::Waiting), tell: Box::new(tell) });
        inner.ask(false);
        Self(inner)
    }

    /// Goes on holding a lock that this tab has: `release` lets it go, `lost` is rejected when another tab takes it.
    pub fn adopt(name: String, release: Function, lost: &Promise, tell: impl Fn(Turn) + 'static) -> Self {
        let inner = Rc::new(Inner { name, state: RefCell::new(State::Held(release)), tell: Box::new(tell) });
        inner.look_out(lost);
        Self(inner)
    }

    /// Takes the lock from the tab that has it.
    pub fn steal(&self) {
        if matches!(*self.0.state.borrow(), State::Waiting) {
            self.0.ask(true);
        }
    }
}

impl Inner {
    fn ask(self: &Rc<Self>, steal: bool) {
        let given = Rc::clone(self);
        // The lock is held until the promise that this returns is resolved.
        let on_given = Closure::once_into_js(move |_lock: JsValue| -> Promise {
            Promise::new(&mut |resolve, _reject| {
                if !given.take(&resolve) {
                    // Resolving a promise does not throw.
                    let _ = resolve.call0(&JsValue::UNDEFINED);
                }
            })
        });
        let options = Object::new();
        // A plain object takes every property.
        let _ = Reflect::set(&options, &"steal".into(), &steal.into());
        let manager = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
        let asked = manager.and_then(|manager| {
            manager.unchecked_into::<LockManager>().request(&self.name, &options, on_given.unchecked_ref()).ok()
        });
        // Without locks it is as if they had been refused: later, as a lock would be given.
        self.look_out(&asked.unwrap_or_else(|| Promise::reject(&JsValue::UNDEFINED)));
    }

    /// Waits for the rejection of a request.
    fn look_out(self: &Rc<Self>, asked: &Promise) {
        let refused = Rc::clone(self);
        let on_refused = Closure::once_into_js(move |_error: JsValue| refused.refused());
        asked.unchecked_ref::<AnyPromise>().catch_any(on_refused.unchecked_ref());
    }

    /// The lock is ours; `false` where nobody wants it (any more).
    fn take(&self, release: &Function) -> bool {
        let wanted = matches!(*self.state.borrow(), State::Waiting);
        if wanted {
            self.state.replace(State::Held(release.clone()));
            (self.tell)(Turn::Granted);
        }
        wanted
    }

    /// The browser does not give the lock, or has given it to another tab.
    fn refused(&self) {
        let before = self.state.replace(State::Over);
        match before {
            State::Waiting => (self.tell)(Turn::Granted),
            State::Held(_) => (self.tell)(Turn::Taken),
            State::Over => {}
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Promise)]
    type AnyPromise;

    #[wasm_bindgen(method, js_name = catch)]
    fn catch_any(this: &AnyPromise, refused: &Function) -> JsValue;
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let State::Held(release) = self.0.state.replace(State::Over) {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
