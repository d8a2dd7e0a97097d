//! [`Digest`] on the Web Cryptography API.

use conclave_ports::{Digest, LocalFuture, OwnDigest};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Copies the bytes before it returns. Missing where the page is not a secure context.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = digest)]
    fn subtle_digest(algorithm: &str, bytes: &[u8]) -> Result<Promise, JsValue>;
}

/// The browser's digests.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserDigest;

impl Digest for BrowserDigest {
    fn sha256<'a>(&'a self, bytes: &'a [u8]) -> LocalFuture<'a, [u8; 32]> {
        Box::pin(async move {
            match by_browser(bytes).await {
                Some(digest) => digest,
                None => OwnDigest.sha256(bytes).await,
            }
        })
    }
}

async fn by_browser(bytes: &[u8]) -> Option<[u8; 32]> {
    let asked = subtle_digest("SHA-256", bytes).ok()?;
    let digest = JsFuture::from(asked).await.ok()?;
    Uint8Array::new(&digest).to_vec().try_into().ok()
}
