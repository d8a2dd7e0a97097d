//! The page of Conclave.
//!
//! - [`state`]: what the page knows, as plain Rust, tested natively.
//! - `link`: the browser's side of it: workers, files, storage of the address, colour scheme.
//! - `view`: Leptos components, one per file, that read the state and dispatch intents.
//!
//! The page never computes answers and never reads documents: it sends typed messages to the worker programs and shows
//! what they say. `link` and `view` exist only in the browser build.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod link;
#[cfg(target_arch = "wasm32")]
mod view;

#[cfg(target_arch = "wasm32")]
pub use view::start;

#[cfg(test)]
mod tests {
    #[test]
    fn boot_asks_for_the_lock_that_the_page_takes_over() {
        let page = include_str!("../index.html");
        let lock =
            format!(r#"<meta name="conclave-shared-engine" content="{}" />"#, conclave_protocol::shared_engine());
        assert!(page.contains(&lock), "app/index.html lacks {lock}");
    }
}
