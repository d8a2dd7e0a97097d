//! [`Fetch`] on the browser's `fetch`: our own origin only, read as a stream, with progress, a limit and cancelling.

use std::pin::pin;

use conclave_ports::{Cancel, Fetch, FetchError, LocalFuture};
use futures_util::future::{Either, select};
use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCache, RequestInit, RequestRedirect, Response};

use crate::js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn global_fetch(path: &str, options: &RequestInit) -> Promise;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, after_ms: u32) -> JsValue;
}

/// How often a cancellation is looked for while the network is silent: below what a person perceives as a delay.
const CANCEL_POLL_MS: u32 = 100;

/// How many times in a row the network may be silent: for about half a minute, which even a bad mobile network is not.
const MOST_SILENT_POLLS: u32 = 30_000 / CANCEL_POLL_MS;

/// Downloads from the origin that served the worker.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserFetch;

impl Fetch for BrowserFetch {
    fn get<'a>(
        &'a self,
        path: &'a str,
        limit_bytes: usize,
        cancel: &'a Cancel,
        progress: &'a dyn Fn(usize),
    ) -> LocalFuture<'a, Result<Vec<u8>, FetchError>> {
        Box::pin(async move {
            // `//host/…` would leave the origin.
            if !path.starts_with('/') || path.starts_with("//") || path.starts_with("/\\") {
                return Err(FetchError::Connection("only paths of this origin are fetched".to_owned()));
            }
            cancel.check().map_err(|_| FetchError::Cancelled)?;
            let controller = AbortController::new().map_err(|error| connection(&error))?;
            let request = Request { path, limit_bytes, cancel, progress };
            let result = request.run(&controller).await;
            if result.is_err() {
                // Stops what is still under way; after the end it does nothing.
                controller.abort();
            }
            result
        })
    }
}

struct Request<'a> {
    path: &'a str,
    limit_bytes: usize,
    cancel: &'a Cancel,
    progress: &'a dyn Fn(usize),
}

impl Request<'_> {
    async fn run(&self, controller: &AbortController) -> Result<Vec<u8>, FetchError> {
        let options = RequestInit::new();
        options.set_signal(Some(&controller.signal()));
        // The engine stores what is right. The browser's cache would keep a second copy, and give a damaged one again and
        // again: parts are served as unchanging.
        options.set_cache(RequestCache::NoStore);
        // A redirect could lead to another origin.
        options.set_redirect(RequestRedirect::Error);
        let response: Response = self.wait(global_fetch(self.path, &options)).await?.unchecked_into();
        if response.status() != 200 {
            return Err(FetchError::Status { path: self.path.to_owned(), status: response.status() });
        }
        // The length is that of the encoded body, so it only bounds what is reserved, never what is read.
        let announced = response
            .headers()
            .get("content-length")
            .ok()
            .flatten()
            .and_then(|length| length.parse::<usize>().ok())
            .unwrap_or(0);
        let mut body: Vec<u8> = Vec::new();
        body.try_reserve_exact(announced.min(self.limit_bytes))
            .map_err(|_| FetchError::Connection("there is not enough memory for the file".to_owned()))?;
        let Some(stream) = response.body() else { return Ok(body) };
        let reader = ReadableStreamDefaultReader::new(&stream).map_err(|error| connection(&error))?;
        loop {
            let piece = self.wait(reader.read()).await?;
            if js::property(&piece, "done").is_some_and(|done| done.is_truthy()) {
                (self.progress)(body.len());
                return Ok(body);
            }
            let piece: Uint8Array = js::property(&piece, "value")
                .and_then(|value| value.dyn_into().ok())
                .ok_or_else(|| FetchError::Connection("the answer is no byte stream".to_owned()))?;
            let old = body.len();
            let new = old.saturating_add(piece.length() as usize);
            if new > self.limit_bytes {
                return Err(FetchError::TooLong { path: self.path.to_owned(), limit_bytes: self.limit_bytes });
            }
            body.try_reserve(new - old)
                .map_err(|_| FetchError::Connection("there is not enough memory for the file".to_owned()))?;
            body.resize(new, 0);
            piece.copy_to(&mut body[old..]);
            (self.progress)(new);
        }
    }

    /// The promise's value, `Cancelled` soon after the flag goes up, or an error when nothing comes for too long.
    async fn wait(&self, promise: Promise) -> Result<JsValue, FetchError> {
        let mut value = pin!(JsFuture::from(promise));
        for _ in 0..MOST_SILENT_POLLS {
            self.cancel.check().map_err(|_| FetchError::Cancelled)?;
            match select(value.as_mut(), JsFuture::from(sleep(CANCEL_POLL_MS))).await {
                Either::Left((value, _)) => return value.map_err(|error| connection(&error)),
                Either::Right(_) => {}
            }
        }
        Err(FetchError::Connection("nothing arrived for half a minute".to_owned()))
    }
}

fn sleep(after_ms: u32) -> Promise {
    Promise::new(&mut |resolve, _reject| {
        set_timeout(&resolve, after_ms);
    })
}

/// The browser says no more of a network error than "TypeError: Failed to fetch", in words of its own.
fn connection(error: &JsValue) -> FetchError {
    let what = match js::error_name(error).as_str() {
        "TypeError" => "the server cannot be reached".to_owned(),
        _ => js::describe(error),
    };
    FetchError::Connection(what)
}
