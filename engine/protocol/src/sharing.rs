//! One engine for all tabs: what a tab without one and the tab that has it say to each other.
//!
//! The tab that holds the lock [`shared_engine`] runs the `engine` program; the others talk to that program over the
//! `BroadcastChannel` of the same name, which everybody hears: whoever is not meant lets a message pass. Tabs post
//! `[ToHost, file]`, a file beside its request as between page and worker; they hear [`FromHost`] as JSON.

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

/// What tabs hear that do not run the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromHost {
    /// The page that started the program is awake: its answer to everything that the others say. A page that the system has
    /// put to sleep gives none, and another tab takes the lock from it.
    Awake,
    /// The program's own words.
    Says {
        /// The run of the program. A tab that hears another one than before knows that what it had asked is over.
        engine: EngineId,
        /// Whom it concerns; `None` for all.
        to: Option<TabId>,
        /// What happened, with the tab's own number.
        event: Box<Event>,
    },
}
