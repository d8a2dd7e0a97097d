//! Gives the program `import` a limit of memory: a file that wants more ends the program, and not the tab.

/// Most memory of the program: the largest file, its decoded form and its text, three times over.
const IMPORT_MAX_BYTES: u32 = 1 << 30;

#[allow(clippy::print_stdout, reason = "this is how a build script speaks with cargo")]
fn main() {
    println!("cargo::rerun-if-changed=build/main.rs");
    let is_set = |name| std::env::var_os(name).is_some();
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") && is_set("CARGO_FEATURE_IMPORT") {
        println!("cargo::rustc-link-arg-bin=import=--max-memory={IMPORT_MAX_BYTES}");
    }
}
