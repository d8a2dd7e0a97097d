//! wasm-opt, with a cache by content: a change of the page does not optimise the engine again.

use std::cmp::Reverse;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, anyhow};

use super::loader::RELAXED;
use super::site::Files;
use crate::fingerprint::{Fingerprint, sha256};
use crate::layout::Layout;
use crate::process;

/// What rustc 1.95 uses on wasm32-unknown-unknown, and SIMD from `.cargo/config.toml`. wasm-opt must be told, because
/// linkers and wasm-bindgen may drop the section that says so.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// The page waits for its own program, so that is made small: once, because repeating it until nothing changes takes minutes.
const PAGE: &str = "conclave-app_bg.wasm";
const SMALL: [&str; 1] = ["-Oz"];

/// The redactor was made small and fast by its own compiler: its code is tidied, ends that are the same are written once, and
/// locals are numbered by use. `-Oz`, which lays out locals anew, makes it slower by 5 % on clean text, and not smaller.
const REDACTOR: &str = "redact_bg.wasm";
const LEAN: [&str; 15] = [
    "--remove-unused-module-elements",
    "--dce",
    "--duplicate-function-elimination",
    "--optimize-instructions",
    "--remove-unused-brs",
    "--merge-blocks",
    "--remove-unused-names",
    "--vacuum",
    "--rse",
    "--code-folding",
    "--merge-blocks",
    "--vacuum",
    "--reorder-locals",
    "--strip-debug",
    "--strip-producers",
];

/// The reader of files is large and waits for its compiler's own optimisations alone: `-O3` takes five times as long as this
/// (two minutes on two cores), and what it gives is larger when compressed.
const IMPORT: &str = "import_bg.wasm";

/// What draws pages is no different.
const VIEW: &str = "view_bg.wasm";
const BRIEF: [&str; 1] = ["-O1"];

/// Optimises every wasm file, as many at once as the machine has processors: the tool uses one.
pub fn all(layout: &Layout, files: &mut Files) -> Result<()> {
    let mut programs: Vec<(&String, &mut Vec<u8>)> =
        files.iter_mut().filter(|(name, _)| name.ends_with(".wasm")).collect();
    // The largest first, so that none is left over at the end that takes longest.
    programs.sort_by_key(|(_, bytes)| Reverse(bytes.len()));
    let waiting = Mutex::new(programs.into_iter());
    let next = || waiting.lock().ok()?.next();
    let work = || -> Result<()> {
        while let Some((name, bytes)) = next() {
            *bytes = one(layout, name, bytes, &options(name))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("a thread that runs wasm-opt panicked"))?)
    })
}

fn options(name: &str) -> Vec<&'static str> {
    // The others compute, so they are made fast.
    let mut options = match name {
        PAGE => SMALL.to_vec(),
        REDACTOR => LEAN.to_vec(),
        IMPORT | VIEW => BRIEF.to_vec(),
        _ => vec!["-O3"],
    };
    options.extend(FEATURES);
    // The other builds must run where browsers do not have it; wasm-opt refuses them if they use it.
    if name.trim_end_matches("_bg.wasm").ends_with(RELAXED) {
        options.push("--enable-relaxed-simd");
    }
    options
}

fn one(layout: &Layout, name: &str, wasm: &[u8], options: &[&str]) -> Result<Vec<u8>> {
    // The package says its version; the lock file would count every other package too.
    let tool = fs::read_to_string(layout.e2e().join("node_modules/binaryen/package.json"))?;
    let inputs = Fingerprint::default().value("wasm", &sha256(wasm)).value("options", &options.join(" "));
    let key = inputs.value("tool", &tool).finish();
    let cache = layout.target.join("conclave/wasm-opt");
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let cached = cache.join(format!("{key}.wasm"));
    if !cached.is_file() {
        println!("optimising {name} ({:.1} MB)", wasm.len() as f64 / 1e6);
        let (input, output) = (cache.join(format!("{key}.in")), cache.join(format!("{key}.out")));
        fs::write(&input, wasm)?;
        let mut wasm_opt = Command::new(layout.npm_tool("wasm-opt"));
        wasm_opt.args(options).arg(&input).arg("-o").arg(&output);
        let result = process::run(&mut wasm_opt);
        fs::remove_file(&input)?;
        result.with_context(|| format!("cannot optimise {name}"))?;
        fs::rename(&output, &cached)?;
    }
    fs::read(&cached).with_context(|| format!("cannot read {}", cached.display()))
}
