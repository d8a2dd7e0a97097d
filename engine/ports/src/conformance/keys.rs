//! [`Keys`].

use super::{Verdict, ensure, said};
use crate::{KEY_BYTES, Keys, KeysError, SecretKey, Sensitive};

/// [`Keys`]: what was wrapped opens again, here and where `other` is the same device (another tab), for its context alone;
/// changed bytes do not, and the key is not among them.
///
/// # Errors
/// The rule that is broken.
pub async fn keys(keys: &dyn Keys, other: &dyn Keys) -> Verdict {
    let key = |byte: u8| Sensitive::new([byte; KEY_BYTES]);
    let (a, b) = (key(0xA5), key(0x5A));
    let wrapped = keys.wrap(&a, b"a").await.map_err(said)?;
    let second = other.wrap(&b, b"b").await.map_err(said)?;
    for device in [keys, other] {
        let opened = device.open(&wrapped, b"a").await.map_err(said)?;
        ensure(opened.expose() == a.expose(), "what one tab wrapped opens in each")?;
        let opened = device.open(&second, b"b").await.map_err(said)?;
        ensure(opened.expose() == b.expose(), "a second key opens as itself")?;
    }
    ensure(keys.wrap(&a, b"a").await.map_err(said)? != wrapped, "the same key is never wrapped the same way twice")?;
    ensure(!wrapped.windows(4).any(|bytes| bytes == [0xA5; 4]), "a wrapped key does not show")?;
    let is_wrong = |opened: Result<SecretKey, KeysError>| matches!(opened, Err(KeysError::Wrong));
    for context in [&b"b"[..], b"", b"aa"] {
        ensure(is_wrong(keys.open(&wrapped, context).await), "a key opens for its context alone")?;
    }
    for at in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[at] ^= 0x80;
        ensure(is_wrong(keys.open(&changed, b"a").await), "changed bytes do not open")?;
        ensure(is_wrong(keys.open(wrapped.get(..at).unwrap_or_default(), b"a").await), "cut bytes do not open")?;
    }
    ensure(is_wrong(keys.open(&[wrapped, vec![0]].concat(), b"a").await), "longer bytes do not open")
}

/// A device without a key of its own opens nothing, and does not get one by being asked. `wrapped` is from another device.
///
/// # Errors
/// The rule that is broken.
pub async fn keys_absent(keys: &dyn Keys, wrapped: &[u8], context: &[u8]) -> Verdict {
    for _ in 0..2 {
        let opened = keys.open(wrapped, context).await;
        ensure(
            matches!(opened, Err(KeysError::Absent)),
            "a device without a key says so, and gets none by being asked",
        )?;
    }
    Ok(())
}
