//! [`Pages`] on a worker that runs the program `view`.
//!
//! One that behaves draws the next page too, and has the document open for it. One that broke, took too long or has much memory is
//! ended, and the next page starts another.

use std::cell::RefCell;

use conclave_ports::pages::keeps_open;
use conclave_ports::{DrawError, FileBytes, LocalFuture, Lock, MemoryLock, Pages, ReadLimits};
use conclave_protocol::{Bytes, DocumentId, PageImage, PageWish};
use futures_util::future::{Either, select};
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::program::{Program, Says, Starter, handed_over};
use crate::scope;
use crate::timer::Timer;
use crate::viewing::FromView;

/// A program with the document that it has open.
type Viewing = (Program, Option<DocumentId>);

/// Draws pages in a worker that can be ended.
pub struct BrowserPages {
    starter: Starter,
    program: RefCell<Option<Viewing>>,
    turns: MemoryLock,
}

impl BrowserPages {
    /// By the program at these addresses; without them nothing can be drawn.
    #[must_use]
    pub fn new(addresses: Option<(String, String)>) -> Self {
        Self { starter: Starter::new(addresses), program: RefCell::default(), turns: MemoryLock::default() }
    }
}

/// What becomes of the page that a program was given.
async fn drawn(program: &mut Program) -> Result<(PageImage, u64), DrawError> {
    let mut picture = Vec::new();
    loop {
        match program.says().await {
            Says::Bytes(bytes) => picture = bytes,
            Says::Word(word) => match scope::from_js(word) {
                Some(FromView::Drawn { image, memory_bytes }) => {
                    return Ok((PageImage { png: Bytes(picture), ..image }, memory_bytes));
                }
                Some(FromView::Refused(fault)) => return Err(fault.into()),
                Some(FromView::Panicked { place }) => return Err(DrawError::Broke { place: Some(place) }),
                Some(FromView::Ready) => {}
                None => return Err(DrawError::Broke { place: None }),
            },
            Says::Broke => return Err(DrawError::Broke { place: None }),
        }
    }
}

impl Pages for BrowserPages {
    fn draw<'a>(
        &'a self,
        document: &'a DocumentId,
        file: &'a dyn FileBytes,
        wish: &'a PageWish,
        limits: ReadLimits,
    ) -> LocalFuture<'a, Result<PageImage, DrawError>> {
        Box::pin(async move {
            // A lock in memory is always given.
            let _turn = self.turns.acquire("pages").await;
            // It comes back when it has drawn the page and may draw another; else it is ended where this future ends.
            let running = self.program.take();
            let size_bytes = file.size_bytes();
            let is_open = running.as_ref().is_some_and(|(_, open)| open.as_ref() == Some(document));
            let file = if is_open { JsValue::UNDEFINED } else { handed_over(file).await? };
            let mut program = match running {
                Some((program, _)) => program,
                None => self.starter.start().await.map_err(DrawError::Unavailable)?,
            };
            let wish = scope::to_js(wish).unwrap_or_default();
            let message = Array::of3(&wish, &JsValue::from_str(document.as_str()), &file);
            program.give(&message, &file).map_err(DrawError::Unavailable)?;
            let drawing = Box::pin(drawn(&mut program));
            // No time is over before the program can answer; a timer of no time might be rung after it has.
            let over = Box::pin(async {
                if limits.time_ms > 0 {
                    Timer::after(limits.time_ms).await;
                }
            });
            let drawn = match select(over, drawing).await {
                Either::Left(_) => return Err(DrawError::TimedOut { limit_ms: limits.time_ms }),
                Either::Right((drawn, _)) => drawn,
            };
            let open = match &drawn {
                Ok((_, memory)) if !keeps_open(*memory, size_bytes, &limits) => return drawn.map(|(image, _)| image),
                Ok(_) => Some(document.clone()),
                // It may have the document open, or not: it gets the file again.
                Err(DrawError::Fault(_)) => None,
                Err(_) => return drawn.map(|(image, _)| image),
            };
            self.program.replace(Some((program, open)));
            drawn.map(|(image, _)| image)
        })
    }
}
