//! Large named byte objects: model parts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::{LocalFuture, StoreError};

/// A flat set of named, immutable byte objects. Names are plain: `[A-Za-z0-9._-]` and `/` between folders.
pub trait Blobs {
    /// The bytes under `name`, or `None`.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails.
    fn read<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>>;

    /// Stores `bytes` under `name`, atomically: a reader sees the old object or the new one, and a killed tab leaves no
    /// half-written one.
    ///
    /// # Errors
    /// [`StoreError::Full`] when there is no room (the old object stays), else the failure.
    fn write<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<(), StoreError>>;

    /// Removes the object; one that does not exist is no error.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails.
    fn remove<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<(), StoreError>>;

    /// Removes every object below `folder`, whoever wrote it; one that does not exist is no error.
    ///
    /// # Errors
    /// [`StoreError`] when storage fails.
    fn remove_folder<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<(), StoreError>>;

    /// About how many bytes can still be stored; `None` where nobody says. A write may fail all the same.
    fn room(&self) -> LocalFuture<'_, Option<u64>>;
}

/// Blobs in memory, with a limit on their total size.
#[derive(Debug)]
pub struct MemoryBlobs {
    objects: RefCell<BTreeMap<String, Vec<u8>>>,
    limit_bytes: usize,
}

impl MemoryBlobs {
    /// Empty, with room for `limit_bytes` in all.
    #[must_use]
    pub fn with_limit(limit_bytes: usize) -> Self {
        Self { objects: RefCell::default(), limit_bytes }
    }
}

impl Default for MemoryBlobs {
    fn default() -> Self {
        Self::with_limit(usize::MAX)
    }
}

impl Blobs for MemoryBlobs {
    fn read<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        let found = self.objects.borrow().get(name).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn write<'a>(&'a self, name: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<(), StoreError>> {
        let mut objects = self.objects.borrow_mut();
        let others: usize = objects.iter().filter(|(key, _)| *key != name).map(|(_, value)| value.len()).sum();
        let result = if others.saturating_add(bytes.len()) > self.limit_bytes {
            Err(StoreError::Full)
        } else {
            objects.insert(name.to_owned(), bytes.to_vec());
            Ok(())
        };
        Box::pin(std::future::ready(result))
    }

    fn remove<'a>(&'a self, name: &'a str) -> LocalFuture<'a, Result<(), StoreError>> {
        self.objects.borrow_mut().remove(name);
        Box::pin(std::future::ready(Ok(())))
    }

    fn remove_folder<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<(), StoreError>> {
        let is_below = |name: &str| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.objects.borrow_mut().retain(|name, _| !is_below(name));
        Box::pin(std::future::ready(Ok(())))
    }

    fn room(&self) -> LocalFuture<'_, Option<u64>> {
        let used: usize = self.objects.borrow().values().map(Vec::len).sum();
        let room = u64::try_from(self.limit_bytes.saturating_sub(used)).ok();
        Box::pin(std::future::ready(room))
    }
}
