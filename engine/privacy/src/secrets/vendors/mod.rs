//! Keys of services by vendor, as data.

mod business;
mod cloud;
mod code;
mod models;
mod operations;
mod services;

use super::form::{Key, key, led};

/// All keys of vendors that are known by their form.
pub(super) fn all() -> impl Iterator<Item = &'static Key> {
    models::KEYS
        .iter()
        .chain(cloud::KEYS)
        .chain(operations::KEYS)
        .chain(code::KEYS)
        .chain(services::KEYS)
        .chain(business::KEYS)
}
