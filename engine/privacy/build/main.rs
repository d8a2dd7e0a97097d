//! Packs the world's numbering plans for `src/phone/plan.rs`, and writes letters' cases to `src/case.rs`'s.
//!
//! Source of the plans: the metadata of libphonenumber (Apache-2.0), as the crate `phonenumber` carries it. The patterns of each
//! territory and kind of number become paths of one minimal acyclic automaton over digits whose states all territories
//! share; the example numbers are not read. Nothing of it is kept in the repository.

mod automaton;
mod case;
mod encoder;
mod groupings;
mod pack;
mod pattern;
mod plans;
#[path = "../src/range_coder.rs"]
mod range_coder;
#[path = "../src/phone/plan/table.rs"]
mod table;
#[path = "../src/phone/plan/unpack.rs"]
mod unpack;

use std::path::PathBuf;

#[allow(clippy::print_stdout, reason = "this is how a build script speaks with cargo")]
fn main() -> Result<(), String> {
    for path in ["build", "src/range_coder.rs", "src/phone/plan"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    let folder = PathBuf::from(folder);
    for (name, bytes) in [("numbering_plans", plans::packed_table()?), ("case.rs", case::source()?.into_bytes())] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}
