//! A lock of the browser that one tab of the origin holds at a time, as long as the value lives.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(catch, method)]
    fn request(this: &LockManager, name: &str, granted: &Function) -> Result<Promise, JsValue>;
}

enum State {
    /// It is somebody else's; this is called when it becomes ours.
    Waiting(Box<dyn FnOnce()>),
    /// It is ours; this lets it go.
    Held(Option<Function>),
    /// Nobody here wants it any more.
    Over,
}

/// Waits for the lock, and then holds it. The browser gives the locks of a closed or killed tab to who waits.
pub struct Claim(Rc<RefCell<State>>);

impl Claim {
    /// Asks for the lock; calls `granted` once it is ours. A browser that refuses locks gives everybody theirs.
    pub fn new(name: &str, granted: impl FnOnce() + 'static) -> Self {
        let state = Rc::new(RefCell::new(State::Waiting(Box::new(granted))));
        let given = Rc::clone(&state);
        // The lock is held until the promise that this returns is resolved.
        let on_given = Closure::once_into_js(move |_lock: JsValue| -> Promise {
            Promise::new(&mut |resolve, _reject| {
                if !take(&given, Some(resolve.clone())) {
                    // Resolving a promise does not throw.
                    let _ = resolve.call0(&JsValue::UNDEFINED);
                }
            })
        });
        let manager = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
        let asked = manager
            .and_then(|manager| manager.unchecked_into::<LockManager>().request(name, on_given.unchecked_ref()).ok());
        let refused = Rc::clone(&state);
        let on_refused = Closure::once_into_js(move |_error: JsValue| {
            take(&refused, None);
        });
        // Without locks it is as if they had been refused: later, as a lock would be given.
        let asked = asked.unwrap_or_else(|| Promise::reject(&JsValue::UNDEFINED));
        catch(&asked, on_refused.unchecked_ref());
        Self(state)
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = js_sys::Object, js_name = Promise)]
    type AnyPromise;

    #[wasm_bindgen(method, js_name = catch)]
    fn catch_any(this: &AnyPromise, refused: &Function) -> JsValue;
}

fn catch(promise: &Promise, refused: &Function) {
    let promise: &JsValue = promise.as_ref();
    promise.unchecked_ref::<AnyPromise>().catch_any(refused);
}

/// The lock is ours; `false` where nobody wants it any more.
fn take(state: &RefCell<State>, release: Option<Function>) -> bool {
    let before = state.replace(State::Over);
    let State::Waiting(granted) = before else {
        state.replace(before);
        return false;
    };
    state.replace(State::Held(release));
    granted();
    true
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let State::Held(Some(release)) = self.0.replace(State::Over) {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
