//! Child processes with errors that name the command and what to do.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

/// The command line as a person would type it.
pub fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        let quote = if argument.contains(' ') { "'" } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(line, " {quote}{argument}{quote}");
    }
    line
}

/// Runs a command with our own streams; an exit status other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}; its messages stand above", shown(command));
    }
    Ok(())
}

/// A command that runs beside others; what it says is shown when it is waited for.
pub struct Beside {
    child: Child,
    line: String,
    said: PathBuf,
}

impl Beside {
    /// Starts a command that writes to the file `said`.
    pub fn start(command: &mut Command, said: &Path) -> Result<Self> {
        let line = shown(command);
        if let Some(folder) = said.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let file = File::create(said).with_context(|| format!("cannot make {}", said.display()))?;
        let copy = file.try_clone().with_context(|| format!("cannot share {}", said.display()))?;
        let child = command.stdin(Stdio::null()).stdout(file).stderr(copy).spawn();
        let child = child.with_context(|| format!("cannot start `{line}`"))?;
        Ok(Self { child, line, said: said.to_owned() })
    }

    /// Waits for its end; an exit status other than 0 is an error.
    pub fn join(mut self) -> Result<()> {
        let status = self.child.wait().with_context(|| format!("cannot wait for `{}`", self.line))?;
        let said = fs::read(&self.said).with_context(|| format!("cannot read {}", self.said.display()))?;
        std::io::stdout().write_all(&said)?;
        if !status.success() {
            bail!("`{}` ended with {status}; its messages stand above", self.line);
        }
        Ok(())
    }
}

/// Runs a command and gives what it wrote to its standard output; errors carry what it wrote to its standard error.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", shown(command), output.status, said.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote something that is not text", shown(command)))
}

/// The first version number (`1.2.3`) that `<program> --version` prints; `None` where the program is missing.
pub fn version_of(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    first_version(&String::from_utf8_lossy(&output.stdout))
}

/// The first word of the form `1.2.3`, with or without a `v` before it.
fn first_version(text: &str) -> Option<String> {
    let words = text.split_whitespace().map(|word| word.trim_start_matches('v'));
    let is_version =
        |word: &&str| word.split('.').count() >= 3 && word.split('.').take(2).all(|n| n.parse::<u32>().is_ok());
    words.into_iter().find(is_version).map(str::to_owned)
}

/// Runs a command, shows everything it writes, and gives the last line for which `keep` is true.
///
/// The line is returned beside the result, because the summary of failed tests matters most.
pub fn run_keeping(command: &mut Command, keep: fn(&str) -> bool) -> (Result<()>, Option<String>) {
    let kept = Arc::new(Mutex::new(None));
    let mut child = match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return (Err(error).with_context(|| format!("cannot start `{}`", shown(command))), None),
    };
    let copies = [
        child.stdout.take().map(|from| copy_lines(from, std::io::stdout(), kept.clone(), keep)),
        child.stderr.take().map(|from| copy_lines(from, std::io::stderr(), kept.clone(), keep)),
    ];
    let status = child.wait();
    for copy in copies.into_iter().flatten() {
        // A thread that only copies lines has nothing to tell.
        let _ = copy.join();
    }
    let result = match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(anyhow::anyhow!("`{}` ended with {status}", shown(command))),
        Err(error) => Err(error).with_context(|| format!("cannot wait for `{}`", shown(command))),
    };
    let line = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
    (result, line)
}

fn copy_lines(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    kept: Arc<Mutex<Option<String>>>,
    keep: fn(&str) -> bool,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
            // Nobody may be reading us any more; the child still has to be drained.
            let _ = to.write_all(&line).and_then(|()| to.flush());
            let text = without_colours(&String::from_utf8_lossy(&line));
            if keep(&text) {
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.trim().to_owned());
            }
            line.clear();
        }
    })
}

/// The text without ANSI colour sequences (`ESC [ … m`).
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split("\u{1b}[");
    plain.extend(pieces.next());
    for piece in pieces {
        let end = piece.find('m').map_or(piece.len(), |at| at + 1);
        plain.push_str(piece.get(end..).unwrap_or_default());
    }
    plain
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        for (text, version) in [
            ("wasm-bindgen 0.2.130\n", Some("0.2.130")),
            ("v20.20.2\n", Some("20.20.2")),
            ("0.8.7", Some("0.8.7")),
            ("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)", Some("0.9.143")),
            ("Chromium 156.0.8078.79 built on Debian", Some("156.0.8078.79")),
            ("no version", None),
        ] {
            assert_eq!(first_version(text).as_deref(), version, "{text}");
        }
    }

    #[test]
    fn what_a_command_beside_others_says_is_kept_and_its_failure_told() {
        let said = std::env::temp_dir().join(format!("conclave-beside-{}.log", std::process::id()));
        let beside = Beside::start(Command::new("git").arg("no-such-command"), &said).unwrap();
        let error = beside.join().map_err(|error| format!("{error:#}"));
        assert!(error.is_err_and(|text| text.contains("`git no-such-command` ended with")));
        assert!(fs::read_to_string(&said).unwrap().contains("no-such-command"));
        fs::remove_file(said).unwrap();
    }

    #[test]
    fn a_missing_program_is_no_version_and_a_clear_error() {
        assert_eq!(version_of("conclave-no-such-program", &["--version"]), None);
        let error = run(&mut Command::new("conclave-no-such-program")).map_err(|error| format!("{error:#}"));
        assert!(error.is_err_and(|text| text.contains("cannot start `conclave-no-such-program`")));
    }

    #[test]
    fn the_last_matching_line_is_kept_without_colours() {
        let script = r"echo '1 passed'; printf '\033[32m2 passed\033[0m\n' >&2; echo done; exit 3";
        let (result, line) = run_keeping(Command::new("sh").args(["-c", script]), |line| line.contains("2 passed"));
        assert!(result.is_err());
        assert_eq!(line.as_deref(), Some("2 passed"));
    }
}
