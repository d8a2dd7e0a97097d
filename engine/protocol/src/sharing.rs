//! One engine for all tabs: what a tab without one and the tab that has it say to each other.
//!
//! The tab that holds the lock [`shared_engine`] runs the `engine` program; the others talk to that program over the
//! `BroadcastChannel` of the same name, which everybody hears: whoever is not meant lets a message pass. Tabs post
//! `[ToHost, file]`, a file beside its request as between page and worker; the program posts [`FromHost`] as plain objects.

use serde::{Deserialize, Serialize};

use crate::id::{EngineId, TabId};
use crate::message::{Event, PROTOCOL_VERSION, Request};

/// Name of the lock and of the channel. Tabs of different versions have an engine each.
#[must_use]
pub fn shared_engine() -> String {
    format!("conclave/engine/{PROTOCOL_VERSION}")
}

/// What a tab without an engine says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToHost {
    /// It has just been opened. The program answers with [`crate::FromWorker::Started`], as to its own page.
    Knock {
        /// Who.
        tab: TabId,
    },
    /// A request, with the tab's own number.
    Call {
        /// Whose.
        tab: TabId,
        /// What.
        request: Request,
    },
}

/// What the program says to tabs other than its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FromHost {
    /// The run of the program. A tab that hears another one than before knows that what it had asked is over.
    pub engine: EngineId,
    /// Whom it concerns; `None` for all.
    pub to: Option<TabId>,
    /// What happened, with the tab's own number.
    pub event: Event,
}
