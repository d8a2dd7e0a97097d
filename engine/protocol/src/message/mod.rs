//! Page ↔ `engine` program.
//!
//! The page sends a [`Request`]; the worker answers with [`Event`]s that carry the same number and ends each request with
//! exactly one closing event ([`FromWorker::is_closing`]). Files travel beside the request as the browser's own `File`
//! objects, by reference, so that the page never reads them.

mod event;
mod request;

use serde::{Deserialize, Serialize};

pub use event::{FromWorker, Snapshot};
pub use request::{GivenFile, ToWorker};

use crate::id::RequestId;

/// Version of these messages. Page and worker of different versions do not talk: [`crate::ProblemCode::VersionMismatch`].
pub const PROTOCOL_VERSION: u16 = 15;

/// A numbered request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// [`PROTOCOL_VERSION`] of the sender.
    pub version: u16,
    /// Number, unique in the life of the page.
    pub id: RequestId,
    /// What is asked.
    pub body: ToWorker,
}

impl Request {
    /// A request in this version.
    #[must_use]
    pub const fn new(id: RequestId, body: ToWorker) -> Self {
        Self { version: PROTOCOL_VERSION, id, body }
    }
}

/// An event; `id` is `None` for what no request asked for (another tab changed something, models load).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The request it belongs to.
    pub id: Option<RequestId>,
    /// What happened.
    pub body: FromWorker,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ThreadId;

    #[test]
    fn passages_close_a_search_but_not_a_question() {
        let found = FromWorker::Found(Vec::new());
        assert!(found.is_closing(&ToWorker::Search { query: "x".into(), limit: 1 }));
        let ask = ToWorker::Ask { thread: ThreadId("t".into()), question: "x".into() };
        assert!(!found.is_closing(&ask));
    }

    #[test]
    fn a_request_survives_the_trip_through_json() {
        let request = Request::new(RequestId(7), ToWorker::ListFiles { count: 7 });
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request);
    }
}
