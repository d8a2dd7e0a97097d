//! The local server: `e2e/serve.mjs`, which runs the built edge and site in workerd, offline and quiet.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::layout::Layout;

/// It starts in 1 to 4 s on two busy cores; ten times that means that it will not.
const START_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

/// A running server; it and its children end when the value is dropped.
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts the server and waits until it answers.
    pub fn start(layout: &Layout, port: u16) -> Result<Self> {
        if TcpStream::connect(("localhost", port)).is_ok() {
            bail!(
                "port {port} is taken; end what uses it, or name another port: `cargo xtask run --port {}`",
                port + 1
            );
        }
        let mut node = Command::new("node");
        node.args(["--no-warnings", "serve.mjs", &port.to_string()]).current_dir(layout.e2e()).stdin(Stdio::null());
        // A group of its own: one signal ends the program together with the runtime that it starts.
        node.process_group(0);
        let child = node.spawn().context("cannot start the server; is Node.js still on the PATH?")?;
        let mut server = Self { child };
        server.wait_until_healthy(port)?;
        Ok(server)
    }

    fn wait_until_healthy(&mut self, port: u16) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if is_healthy(port) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}; its messages stand above");
            }
            thread::sleep(POLL);
        }
        bail!("the server does not answer on port {port} after {} s; its messages stand above", START_LIMIT.as_secs())
    }

    /// Whether the server has ended by itself.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("cannot ask for the server's state")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The standard library ends single processes only. Nothing can be done where this fails.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

/// Whether `/healthz` answers with 200.
fn is_healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("localhost", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}
