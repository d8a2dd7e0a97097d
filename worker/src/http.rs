//! One HTTP exchange with the browser's `fetch`: read as a stream, with progress, a limit and cancelling.

use std::pin::pin;

use conclave_ports::Cancel;
use futures_util::future::{Either, select};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

use crate::js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn global_fetch(address: &str, options: &RequestInit) -> Promise;
}

/// How often a cancellation is looked for while the network is silent: below what a person perceives as a delay.
const CANCEL_POLL_MS: u32 = 100;

/// How many times in a row the network may be silent: for about half a minute, which even a bad mobile network is not.
const MOST_SILENT_POLLS: u32 = 30_000 / CANCEL_POLL_MS;

/// Why an exchange failed.
pub(crate) enum Failure {
    /// The connection failed, with what the browser says of it.
    Connection(String),
    /// The answer is longer than the limit.
    TooLong,
    /// The caller cancelled.
    Cancelled,
}

/// An exchange under way. It is broken off when this is dropped before its end.
pub(crate) struct Exchange<'a> {
    cancel: &'a Cancel,
    controller: AbortController,
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        // Stops what is still under way; after the end it does nothing.
        self.controller.abort();
    }
}

impl<'a> Exchange<'a> {
    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn begin(
        address: &str,
        options: &RequestInit,
        cancel: &'a Cancel,
    ) -> Result<(Self, Response), Failure> {
        cancel.check().map_err(|_| Failure::Cancelled)?;
        let controller = AbortController::new().map_err(|error| connection(&error))?;
        options.set_signal(Some(&controller.signal()));
        // The engine stores what is right. The browser's cache would keep a second copy, and give a damaged one again and
        // again: parts are served as unchanging.
        options.set_cache(RequestCache::NoStore);
        let exchange = Self { cancel, controller };
        let response = exchange.wait(global_fetch(address, options)).await?.unchecked_into();
        Ok((exchange, response))
    }

    /// The body. `progress` is told the bytes so far.
    pub(crate) async fn body(
        &self,
        response: &Response,
        limit_bytes: usize,
        progress: &dyn Fn(usize),
    ) -> Result<Vec<u8>, Failure> {
        let no_memory = || Failure::Connection("there is not enough memory for the file".to_owned());
        // The length is that of the encoded body, so it only bounds what is reserved, never what is read.
        let announced = header(response, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body: Vec<u8> = Vec::new();
        body.try_reserve_exact(limit_bytes.min(announced)).map_err(|_| no_memory())?;
        let Some(stream) = response.body() else { return Ok(body) };
        let reader = ReadableStreamDefaultReader::new(&stream).map_err(|error| connection(&error))?;
        loop {
            let piece = self.wait(reader.read()).await?;
            if js::property(&piece, "done").is_some_and(|done| done.is_truthy()) {
                progress(body.len());
                return Ok(body);
            }
            let piece: Uint8Array = js::property(&piece, "value")
                .and_then(|value| value.dyn_into().ok())
                .ok_or_else(|| Failure::Connection("the answer is no byte stream".to_owned()))?;
            let old = body.len();
            let new = old.saturating_add(piece.length() as usize);
            if new > limit_bytes {
                return Err(Failure::TooLong);
            }
            body.try_reserve(new - old).map_err(|_| no_memory())?;
            body.resize(new, 0);
            piece.copy_to(&mut body[old..]);
            progress(new);
        }
    }

    /// The promise's value, `Cancelled` soon after the flag goes up, or an error when nothing comes for too long.
    async fn wait(&self, promise: Promise) -> Result<JsValue, Failure> {
        let mut value = pin!(JsFuture::from(promise));
        for _ in 0..MOST_SILENT_POLLS {
            self.cancel.check().map_err(|_| Failure::Cancelled)?;
            match select(value.as_mut(), JsFuture::from(js::sleep(CANCEL_POLL_MS))).await {
                Either::Left((value, _)) => return value.map_err(|error| connection(&error)),
                Either::Right(_) => {}
            }
        }
        Err(Failure::Connection("nothing arrived for half a minute".to_owned()))
    }
}

/// A header of the answer, where there is one and the page may see it.
pub(crate) fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

/// The browser says no more of a network error than "TypeError: Failed to fetch", in words of its own.
fn connection(error: &JsValue) -> Failure {
    let what = match js::error_name(error).as_str() {
        "TypeError" => "the server cannot be reached".to_owned(),
        _ => js::describe(error),
    };
    Failure::Connection(what)
}
