//! Gives the programs `import` and `view` a limit of memory: a file that wants more ends the program, and not the tab.

/// Most memory of a program: the largest file, its decoded form and its text, three times over; or with its pictures.
const MAX_BYTES: u32 = 1 << 30;

#[allow(clippy::print_stdout, reason = "this is how a build script speaks with cargo")]
fn main() {
    println!("cargo::rerun-if-changed=build/main.rs");
    let is_set = |name| std::env::var_os(name).is_some();
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        for (feature, program) in [("CARGO_FEATURE_IMPORT", "import"), ("CARGO_FEATURE_VIEW", "view")] {
            if is_set(feature) {
                println!("cargo::rustc-link-arg-bin={program}=--max-memory={MAX_BYTES}");
            }
        }
    }
}
