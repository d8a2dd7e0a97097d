//! The page's program; everything is in the library.

#[cfg(target_arch = "wasm32")]
fn main() {
    conclave_app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
