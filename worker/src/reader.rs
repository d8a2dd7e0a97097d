//! [`Reader`] on a worker that runs the program `import`.
//!
//! One that behaves reads the next file too: a folder of thousands of small files would wait for thousands of starts. One that
//! broke, took too long or has much memory is ended, and the next file starts another.

use std::cell::RefCell;

use conclave_ports::{FileBytes, LocalFuture, Lock, MemoryLock, ReadError, ReadLimits, Reader};
use conclave_protocol::imported::{Imported, Report};
use futures_util::future::{Either, select};
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::program::{Program, Says, Starter, handed_over};
use crate::reading::{FromImport, unpack};
use crate::scope;
use crate::timer::Timer;

/// What becomes of the file that a program was given.
async fn read(program: &mut Program, take: &mut dyn FnMut(Imported)) -> Result<(Report, u64), ReadError> {
    loop {
        match program.says().await {
            Says::Bytes(bytes) => take(unpack(bytes).ok_or(ReadError::Broke { place: None })?),
            Says::Word(word) => match scope::from_js(word) {
                Some(FromImport::Read { report, memory_bytes }) => return Ok((report, memory_bytes)),
                Some(FromImport::Panicked { place }) => return Err(ReadError::Broke { place: Some(place) }),
                Some(FromImport::Ready) => {}
                None => return Err(ReadError::Broke { place: None }),
            },
            Says::Broke => return Err(ReadError::Broke { place: None }),
        }
    }
}

/// Reads files in a worker that can be ended.
pub struct BrowserReader {
    starter: Starter,
    program: RefCell<Option<Program>>,
    turns: MemoryLock,
}

impl BrowserReader {
    /// A reader by the program at these addresses; without them nothing can be read.
    #[must_use]
    pub fn new(addresses: Option<(String, String)>) -> Self {
        Self { starter: Starter::new(addresses), program: RefCell::default(), turns: MemoryLock::default() }
    }
}

impl Reader for BrowserReader {
    fn read<'a>(
        &'a self,
        name: &'a str,
        file: &'a dyn FileBytes,
        limits: ReadLimits,
        take: &'a mut dyn FnMut(Imported),
    ) -> LocalFuture<'a, Result<Report, ReadError>> {
        Box::pin(async move {
            // A lock in memory is always given.
            let _turn = self.turns.acquire("reader").await;
            let file = handed_over(file).await.map_err(ReadError::File)?;
            // It comes back when it has read the file and may read another; else it is ended where this future ends.
            let running = self.program.take();
            let mut program = match running {
                Some(program) => program,
                None => self.starter.start().await.map_err(ReadError::Unavailable)?,
            };
            program.give(&Array::of2(&JsValue::from_str(name), &file), &file).map_err(ReadError::Unavailable)?;
            let read = Box::pin(read(&mut program, take));
            // No time is over before the program can answer; a timer of no time might be rung after it has.
            let over = Box::pin(async {
                if limits.time_ms > 0 {
                    Timer::after(limits.time_ms).await;
                }
            });
            let (report, memory_bytes) = match select(over, read).await {
                Either::Left(_) => return Err(ReadError::TimedOut { limit_ms: limits.time_ms }),
                Either::Right((read, _)) => read?,
            };
            if memory_bytes <= limits.memory_bytes {
                self.program.replace(Some(program));
            }
            Ok(report)
        })
    }
}
