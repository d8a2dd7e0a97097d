//! `cargo xtask test`: everything that has to hold, one line per step at the end.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Result;

use crate::layout::Layout;
use crate::process::{self, Beside};
use crate::{build, lint, models, setup};

const WASM: &str = "wasm32-unknown-unknown";

/// Packages with code that only exists for the browser or the edge.
const WASM_PACKAGES: [&str; 3] = ["conclave-app", "conclave-worker", "conclave-edge"];

/// Vulkan's description of Chromium's software adapter.
const SWIFTSHADER: &str = "vk_swiftshader_icd.json";

/// Where property tests take their cases from. One commit gets one verdict here; `cargo nextest run` alone, with a seed of
/// each run's own, is what looks for new cases.
const PROPTEST_SEED: &str = "PROPTEST_RNG_SEED";

struct Step {
    name: &'static str,
    seconds: f64,
    result: Result<()>,
    /// The closing line of a test runner.
    summary: Option<String>,
}

/// Runs all steps; a failed one does not keep the others from telling what they have to tell.
pub fn test(layout: &Layout) -> Result<ExitCode> {
    let tools = setup::for_build(layout)?;
    let test_tools = setup::for_test(layout)?;
    let mut steps = Vec::new();
    let mut step = |name, work: &mut dyn FnMut() -> (Result<()>, Option<String>)| {
        println!("\n--- {name}");
        let start = Instant::now();
        let (result, summary) = work();
        if let Err(error) = &result {
            eprintln!("error: {error:#}");
        }
        let is_good = result.is_ok();
        steps.push(Step { name, seconds: start.elapsed().as_secs_f64(), result, summary });
        is_good
    };

    step("models", &mut || (models::bring(layout), None));
    // Linking and optimising a program keep one core busy for minutes and leave the others to the native steps.
    let build = Beside::start(
        Command::new(std::env::current_exe()?).arg("build").current_dir(&layout.root),
        &layout.target.join("conclave/build.log"),
    )?;
    step("format", &mut || (cargo(layout, &["fmt", "--all", "--check"]), None));
    step("rules of the tree", &mut || (lint::lint(layout), None));
    step("clippy, native", &mut || (clippy(layout, &["--workspace", "--all-targets"]), None));
    step("clippy, wasm", &mut || {
        let relaxed = ["--target", WASM, "--package", "conclave-kernels", "--features", "relaxed-simd"];
        (clippy(layout, &wasm_arguments()).and_then(|()| clippy(layout, &relaxed)), None)
    });
    step("native tests", &mut || {
        let mut nextest = Command::new(&test_tools.nextest);
        nextest.args(["nextest", "run", "--workspace", "--no-fail-fast"]).current_dir(&layout.root);
        nextest.envs(software_gpu(&test_tools.chromium));
        if std::env::var_os(PROPTEST_SEED).is_none() {
            nextest.env(PROPTEST_SEED, "1");
        }
        process::run_keeping(&mut nextest, |line| line.contains("tests run:"))
    });
    step("documentation tests", &mut || (cargo(layout, &["test", "--workspace", "--doc", "--quiet"]), None));
    let mut build = Some(build);
    let built = step("build", &mut || {
        let site = build.take().map_or(Ok(()), Beside::join);
        (site.and_then(|()| build::build_conformance(layout, &tools)), None)
    });
    if built {
        step("browser tests", &mut || {
            let mut node = Command::new("node");
            node.arg("run.mjs").current_dir(layout.e2e()).env("CHROMIUM", &test_tools.chromium);
            process::run_keeping(&mut node, |line| line.contains("browser tests:"))
        });
    }
    Ok(report(&steps))
}

/// Lets native tests use the program that plays a graphics processor in Chromium (SwiftShader, with a Vulkan loader); a
/// Chromium without it leaves them to the machine's own.
fn software_gpu(chromium: &Path) -> Vec<(&'static str, PathBuf)> {
    let installed = chromium.canonicalize().unwrap_or_else(|_| chromium.to_owned());
    // Debian's program of that name is a script that starts the real one.
    let folders = [installed.parent().map(Path::to_owned), Some(PathBuf::from("/usr/lib/chromium"))];
    let found = folders.into_iter().flatten().find(|folder| folder.join(SWIFTSHADER).is_file());
    found.map_or_else(Vec::new, |folder| {
        vec![("VK_DRIVER_FILES", folder.join(SWIFTSHADER)), ("LD_LIBRARY_PATH", folder)]
    })
}

fn report(steps: &[Step]) -> ExitCode {
    println!();
    for step in steps {
        let verdict = if step.result.is_ok() { "ok    " } else { "FAILED" };
        let summary = step.summary.as_deref().unwrap_or_default();
        println!("{verdict} {:>6.1} s  {:<20} {summary}", step.seconds, step.name);
    }
    let failed = steps.iter().filter(|step| step.result.is_err()).count();
    println!("{} steps passed, {failed} failed", steps.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cargo(layout: &Layout, arguments: &[&str]) -> Result<()> {
    process::run(Command::new("cargo").args(arguments).current_dir(&layout.root))
}

fn clippy(layout: &Layout, arguments: &[&str]) -> Result<()> {
    let mut all = vec!["clippy", "--quiet"];
    all.extend(arguments);
    all.extend(["--", "--deny", "warnings"]);
    cargo(layout, &all)
}

fn wasm_arguments() -> Vec<&'static str> {
    let mut arguments = vec!["--target", WASM];
    arguments.extend(WASM_PACKAGES.iter().flat_map(|package| ["--package", package]));
    arguments
}
