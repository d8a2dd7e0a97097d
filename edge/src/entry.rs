//! The Worker: asks the policy, takes the file from the static assets, sets the headers.

#![allow(
    clippy::disallowed_methods,
    reason = "what `event` writes tells the platform's log of its own failures; the edge serves files and is given no content"
)]

use worker::{Context, Env, Request, Response, Result, event};

use crate::policy::{self, Route};

/// Binding of the static assets in `wrangler.toml`.
const ASSETS: &str = "ASSETS";

/// Answers one request.
///
/// # Errors
/// Where the platform itself fails; it then answers with 500.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = request.path();
    match policy::route(request.method().as_ref(), &path) {
        Route::Health => plain(200, &policy::health_text(), &path),
        Route::MethodNotAllowed => {
            let response = plain(405, policy::METHOD_NOT_ALLOWED_TEXT, &path)?;
            response.headers().set("allow", policy::ALLOWED_METHODS)?;
            Ok(response)
        }
        Route::Asset => {
            let found: Response = env.assets(ASSETS)?.fetch_request(request).await?;
            if found.status_code() == 404 {
                return plain(404, policy::NOT_FOUND_TEXT, &path);
            }
            with_policy(found, &path)
        }
    }
}

fn plain(status: u16, text: &str, path: &str) -> Result<Response> {
    with_policy(Response::ok(text)?.with_status(status), path)
}

/// The same answer under the headers of the policy.
fn with_policy(response: Response, path: &str) -> Result<Response> {
    let status = response.status_code();
    // The headers of an answer that was fetched cannot be changed; a copy can.
    let headers = response.headers().clone();
    for (name, value) in policy::headers(path, status) {
        headers.set(name, value)?;
    }
    Ok(response.with_headers(headers))
}
