//! Reading in a program of its own: a file that breaks it, or keeps it busy, costs that file and nothing else.
//!
//! The suite starts its own program once more, hands it one path a line and gets one prediction a line. What does not answer
//! in time is ended, and what has ended is started anew for the next file: the release build ends at a panic, and a stack
//! that overflows ends any program.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::Prediction;

/// What one file may take: ten times what the largest PDFs take, in a release build on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A file to read.
#[derive(Serialize, Deserialize)]
pub(super) struct Task {
    pub path: String,
    pub name: String,
}

/// What became of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Done {
    pub prediction: Prediction,
    pub size_bytes: usize,
    /// Time of importing, without that of reading the file from disk.
    pub seconds: f64,
}

/// Hands files to the program.
pub(super) struct Reader {
    data: std::path::PathBuf,
    running: Option<Running>,
}

struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Reader {
    pub fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), running: None }
    }

    /// Reads a file, however that ends.
    ///
    /// # Errors
    /// Where the program cannot be started.
    pub fn read(&mut self, task: &Task) -> Result<Done> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => start(&self.data)?,
        };
        let line = serde_json::to_string(task)?;
        let sent = running.child.stdin.as_mut().map(|input| writeln!(input, "{line}").and_then(|()| input.flush()));
        let answer = match sent {
            Some(Ok(())) => running.lines.recv_timeout(LIMIT),
            _ => Err(RecvTimeoutError::Disconnected),
        };
        let refused = |reason: String| Done {
            prediction: Prediction { file: task.name.clone(), reason: Some(reason), ..Prediction::default() },
            size_bytes: 0,
            seconds: 0.0,
        };
        match answer.map(|line| serde_json::from_str(&line)) {
            Ok(Ok(done)) => {
                self.running = Some(running);
                Ok(done)
            }
            Err(RecvTimeoutError::Timeout) => {
                running.end();
                Ok(refused(format!("Reading it took longer than {} seconds and was stopped.", LIMIT.as_secs())))
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                running.end();
                Ok(refused("Reading it broke the program that reads.".to_owned()))
            }
        }
    }
}

impl Running {
    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            running.end();
        }
    }
}

fn start(data: &Path) -> Result<Running> {
    let program = std::env::current_exe().context("the program does not find itself")?;
    let mut child = Command::new(program)
        .args(["import", "--serve", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("the program that reads cannot be started")?;
    let output = child.stdout.take().context("the program that reads has no output")?;
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    Ok(Running { child, lines })
}

/// The other side: reads files as their paths come in.
///
/// # Errors
/// Where input or output break.
pub(super) fn serve(mut read: impl FnMut(&Task) -> Done) -> Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let task: Task = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut output, &read(&task))?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}
