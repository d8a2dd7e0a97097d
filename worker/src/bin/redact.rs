//! The `redact` program: text in, marks out. Small, so that the composer never waits for the engine.

use conclave_privacy::Redactor;
use conclave_protocol::{FromRedact, ToRedact};
use conclave_worker::scope;

fn main() {
    // Without a redactor there is no `Ready`: the page then says that nothing can be marked (and sends nothing).
    let Ok(redactor) = Redactor::new() else { return };
    scope::listen(move |data| {
        if let Some(ToRedact::Mark { id, text }) = scope::from_js(data) {
            // A text that is too long is not marked; nothing of it can be sent either.
            let marks = redactor.marks(&text).unwrap_or_default();
            scope::post(&FromRedact::Marks { id, marks });
        }
    });
    scope::post(&FromRedact::Ready);
}
