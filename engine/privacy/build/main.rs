//! Compiles the world's numbering plans to the table that `src/phone/plan.rs` walks, and letters' cases to `src/case.rs`'s.
//!
//! Source of the plans: the metadata of libphonenumber (Apache-2.0), as the crate `phonenumber` carries it. The patterns of each
//! territory and kind of number become paths of one minimal acyclic automaton over digits whose states all territories
//! share; the example numbers are not read. Nothing of it is kept in the repository.

mod automaton;
mod case;
mod groupings;
mod pattern;
mod plans;

use std::path::PathBuf;

#[allow(clippy::print_stdout, reason = "this is how a build script speaks with cargo")]
fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build");
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    let folder = PathBuf::from(folder);
    for (name, source) in [("numbering_plans.rs", plans::source()?), ("case.rs", case::source()?)] {
        let path = folder.join(name);
        std::fs::write(&path, source).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}
