//! [`RangeFetch`] on the browser's `fetch`. The worker's Content-Security-Policy names the hosts as well.

use std::ops::Range;

use conclave_ports::model_url::is_model_source;
use conclave_ports::{Cancel, LocalFuture, ModelUrl, RangeAnswer, RangeError, RangeFetch, RangeHead};
use web_sys::{Headers, ReferrerPolicy, RequestCredentials, RequestInit, RequestMode};

use crate::http::{Exchange, Failure, header};

/// Downloads of model files from their public host.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserRangeFetch;

impl RangeFetch for BrowserRangeFetch {
    fn get_range<'a>(
        &'a self,
        url: &'a ModelUrl,
        range: Range<u64>,
        cancel: &'a Cancel,
        progress: &'a dyn Fn(u64),
    ) -> LocalFuture<'a, Result<RangeAnswer, RangeError>> {
        Box::pin(async move {
            let (exchange, response) =
                Exchange::begin(url.as_str(), &request(&range)?, cancel).await.map_err(failed)?;
            if !is_model_source(&response.url()) {
                return Err(RangeError::Elsewhere);
            }
            let (content_type, content_range) = (header(&response, "content-type"), header(&response, "content-range"));
            let head = RangeHead {
                status: response.status(),
                content_type: content_type.as_deref(),
                content_range: content_range.as_deref(),
            };
            let (length, total_bytes) = head.judge(&range)?;
            // A part is as long as a pack's part may be, which fits.
            let limit = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = exchange.body(&response, limit, &|bytes| progress(bytes as u64)).await.map_err(failed)?;
            if bytes.len() as u64 != length {
                return Err(RangeError::Connection("the answer broke off".to_owned()));
            }
            Ok(RangeAnswer { bytes, total_bytes, etag: header(&response, "etag") })
        })
    }
}

/// Nothing that tells who asks: no cookie, no referrer. `Range` in this form is the one header that needs no request
/// before the request (Fetch, "CORS-safelisted request-header"), which the host's network would refuse; so no `If-Range`.
fn request(range: &Range<u64>) -> Result<RequestInit, RangeError> {
    let unsupported = |_| RangeError::Connection("this browser cannot ask for parts of a file".to_owned());
    let headers = Headers::new().map_err(unsupported)?;
    let last = range.end.saturating_sub(1);
    headers.set("range", &format!("bytes={}-{last}", range.start)).map_err(unsupported)?;
    let options = RequestInit::new();
    options.set_headers_headers(&headers);
    options.set_mode(RequestMode::Cors);
    options.set_credentials(RequestCredentials::Omit);
    options.set_referrer_policy(ReferrerPolicy::NoReferrer);
    Ok(options)
}

fn failed(failure: Failure) -> RangeError {
    match failure {
        Failure::Connection(what) => RangeError::Connection(what),
        Failure::TooLong => RangeError::WrongPart,
        Failure::Cancelled => RangeError::Cancelled,
    }
}
