//! [`Fetch`] on the browser's `fetch`: our own origin only.

use conclave_ports::{Cancel, Fetch, FetchError, LocalFuture};
use web_sys::{RequestInit, RequestRedirect};

use crate::http::{Exchange, Failure};

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
            let failed = |failure| match failure {
                Failure::Connection(what) => FetchError::Connection(what),
                Failure::TooLong => FetchError::TooLong { path: path.to_owned(), limit_bytes },
                Failure::Cancelled => FetchError::Cancelled,
            };
            let options = RequestInit::new();
            // A redirect could lead to another origin.
            options.set_redirect(RequestRedirect::Error);
            let (exchange, response) = Exchange::begin(path, &options, cancel).await.map_err(failed)?;
            if response.status() != 200 {
                return Err(FetchError::Status { path: path.to_owned(), status: response.status() });
            }
            exchange.body(&response, limit_bytes, progress).await.map_err(failed)
        })
    }
}
