//! The device's own key, which wraps the key of the vault and never leaves the device.

use std::cell::RefCell;
use std::rc::Rc;

use thiserror::Error;

use crate::{LocalFuture, Sensitive};

/// Length of a key that is wrapped: 256 bits.
pub const KEY_BYTES: usize = 32;

/// A key that is wrapped here.
pub type SecretKey = Sensitive<[u8; KEY_BYTES]>;

/// Why a key cannot be wrapped or opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeysError {
    /// This device has no key of its own (any more), so nothing that it wrapped can be opened. What was sealed here is lost
    /// unless another wrap of the vault's key exists.
    #[error("this device has no key")]
    Absent,
    /// These bytes were not wrapped by this device's key for this context, or were changed since.
    #[error("the device's key does not open this")]
    Wrong,
    /// There is no room for the device's key. Nothing was wrapped.
    #[error("the device's storage is full")]
    Full,
    /// Keys cannot be reached: the browser's settings forbid storage, or the page is no secure context.
    #[error("the device's key cannot be reached: {0}")]
    Unavailable(String),
}

/// Wraps keys under a key of the device that no program can read out.
pub trait Keys {
    /// Wraps `key`, so that [`Keys::open`] on this device with the same `context` gives it back. The device's key is made at
    /// the first call, once for all tabs, and is durable before anything is wrapped under it.
    ///
    /// # Errors
    /// [`KeysError::Full`] and [`KeysError::Unavailable`].
    fn wrap<'a>(&'a self, key: &'a SecretKey, context: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, KeysError>>;

    /// The key in `wrapped`. Never makes a device key.
    ///
    /// # Errors
    /// [`KeysError::Absent`], [`KeysError::Wrong`] and [`KeysError::Unavailable`].
    fn open<'a>(&'a self, wrapped: &'a [u8], context: &'a [u8]) -> LocalFuture<'a, Result<SecretKey, KeysError>>;
}

/// Keys in memory: it keeps what it is given and hands out numbers that stand for it. Clones share them, as tabs do.
#[derive(Debug, Clone, Default)]
pub struct MemoryKeys(Rc<RefCell<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    wrapped: Vec<Wrapped>,
    /// Keys before this one are lost.
    lost_before: usize,
}

#[derive(Debug)]
struct Wrapped {
    key: SecretKey,
    context: Vec<u8>,
}

impl MemoryKeys {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Loses the device's key, as a person does who clears a part of the browser's data.
    pub fn lose(&self) {
        let mut kept = self.0.borrow_mut();
        kept.lost_before = kept.wrapped.len();
    }
}

impl Keys for MemoryKeys {
    fn wrap<'a>(&'a self, key: &'a SecretKey, context: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, KeysError>> {
        let mut kept = self.0.borrow_mut();
        let number = kept.wrapped.len().to_le_bytes();
        kept.wrapped.push(Wrapped { key: Sensitive::new(*key.expose()), context: context.to_owned() });
        Box::pin(std::future::ready(Ok(number.to_vec())))
    }

    fn open<'a>(&'a self, wrapped: &'a [u8], context: &'a [u8]) -> LocalFuture<'a, Result<SecretKey, KeysError>> {
        let kept = self.0.borrow();
        let number = wrapped.try_into().map(usize::from_le_bytes).ok();
        let found = number.and_then(|number| kept.wrapped.get(number).map(|wrapped| (number, wrapped)));
        let opened = match found {
            _ if kept.lost_before == kept.wrapped.len() => Err(KeysError::Absent),
            Some((number, wrapped)) if number >= kept.lost_before && wrapped.context == context => {
                Ok(Sensitive::new(*wrapped.key.expose()))
            }
            _ => Err(KeysError::Wrong),
        };
        Box::pin(std::future::ready(opened))
    }
}
