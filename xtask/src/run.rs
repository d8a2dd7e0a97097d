//! `cargo xtask run`: set up, build, serve until Ctrl-C.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::layout::Layout;
use crate::server::Server;
use crate::{build, models, setup};

/// How often the server is asked whether it still runs.
const WATCH: Duration = Duration::from_millis(500);

/// Serves the app on `http://localhost:<port>`.
pub fn run(layout: &Layout, port: u16) -> Result<()> {
    let tools = setup::for_build(layout)?;
    models::bring(layout)?;
    build::build(layout, &tools)?;

    let (interrupted, interrupts) = channel();
    ctrlc::set_handler(move || {
        // The receiver lives until the program ends.
        let _ = interrupted.send(());
    })
    .context("cannot listen for Ctrl-C")?;
    let mut server = Server::start(layout, port)?;
    println!("\nConclave runs at http://localhost:{port} (Ctrl-C ends it)");
    loop {
        match interrupts.recv_timeout(WATCH) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = server.ended()? {
                    bail!("the server ended with {status}; its messages stand above");
                }
            }
        }
    }
}
