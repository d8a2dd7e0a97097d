//! Web pages: what a reader sees, as plain text with headings.
//!
//! Tokens come from `html5gum`, which follows the WHATWG tokenizer. There is no tree: an adversary can make the HTML
//! tree builder work in quadratic time with deep nesting, and reading text in order needs only the open elements,
//! of which at most [`open::MAX_OPEN`] are followed. Scripts never run and nothing is fetched.

mod element;
mod open;
mod reader;

use html5gum::Tokenizer;
use html5gum::emitters::callback::CallbackEmitter;

use crate::body::Body;
use reader::{Boilerplate, Reader};

/// A page whose text is shorter than this without navigation, footers and the like is read again with them:
/// some pages are nothing but a menu, or never close their `<nav>`.
const MIN_CONTENT_BYTES: usize = 200;

/// The readable text of a page. Stops soon after `limit_bytes` of text; the caller refuses what is longer.
pub(crate) fn extract(source: &str, limit_bytes: usize) -> Body {
    let page = read(source, limit_bytes, Boilerplate::Drop);
    if page.text.len() >= MIN_CONTENT_BYTES {
        return page;
    }
    let whole = read(source, limit_bytes, Boilerplate::Keep);
    // Short pages stay short; only where most of the text was dropped was dropping wrong.
    if whole.text.len() > 4 * page.text.len().max(1) { whole } else { page }
}

/// All text of a page that is known to hold nothing else: a chapter of a book, a message.
pub(crate) fn extract_all(source: &str, limit_bytes: usize) -> Body {
    read(source, limit_bytes, Boilerplate::Keep)
}

fn read(source: &str, limit_bytes: usize, boilerplate: Boilerplate) -> Body {
    let mut reader = Reader::new(limit_bytes, boilerplate);
    let mut emitter =
        CallbackEmitter::new(|event: html5gum::emitters::callback::CallbackEvent<'_>, _: html5gum::Span<()>| {
            reader.on(event);
            None::<std::convert::Infallible>
        });
    emitter.naively_switch_states(true);
    // Reading from memory has no error: the error type is `Infallible`.
    let Ok(()) = Tokenizer::new_with_emitter(source, emitter).finish();
    reader.finish()
}
