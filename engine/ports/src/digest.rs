//! SHA-256 (FIPS 180-4) of large byte objects: browsers have it built in, several times as fast as WebAssembly computes it.

use sha2::{Digest as _, Sha256};

use crate::LocalFuture;

/// Computes digests.
pub trait Digest {
    /// The SHA-256 of `bytes`. Does not fail: where the browser refuses, the program computes it itself.
    fn sha256<'a>(&'a self, bytes: &'a [u8]) -> LocalFuture<'a, [u8; 32]>;
}

/// Digests computed by the program itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnDigest;

impl Digest for OwnDigest {
    fn sha256<'a>(&'a self, bytes: &'a [u8]) -> LocalFuture<'a, [u8; 32]> {
        Box::pin(std::future::ready(Sha256::digest(bytes).into()))
    }
}
