//! Requests without their closing event.

use std::collections::BTreeMap;

use conclave_protocol::{FromWorker, Request, RequestId, ToWorker};

use super::effect::Ticket;

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    body: ToWorker,
    file: Option<Ticket>,
    sent: bool,
}

/// Requests that wait for the engine or for their closing event.
#[derive(Debug, Default)]
pub struct Pending {
    last: u32,
    entries: BTreeMap<RequestId, Entry>,
}

impl Pending {
    /// Numbers a request; returns the message where it goes out at once, and keeps it for later where not.
    pub fn add(&mut self, body: ToWorker, file: Option<Ticket>, at_once: bool) -> (RequestId, Option<Request>) {
        // Four thousand million requests are more than a page lives; wrapping is still better than stopping.
        self.last = self.last.wrapping_add(1);
        let id = RequestId(self.last);
        let request = at_once.then(|| Request::new(id, body.clone()));
        self.entries.insert(id, Entry { body, file, sent: at_once });
        (id, request)
    }

    /// What was asked under this number.
    #[must_use]
    pub fn body(&self, id: RequestId) -> Option<&ToWorker> {
        self.entries.get(&id).map(|entry| &entry.body)
    }

    /// The oldest request that matches.
    pub fn find(&self, matches: impl Fn(&ToWorker) -> bool) -> Option<RequestId> {
        self.entries.iter().find(|(_, entry)| matches(&entry.body)).map(|(id, _)| *id)
    }

    /// Takes the request out where this event ends it.
    pub fn close(&mut self, id: RequestId, event: &FromWorker) -> Option<ToWorker> {
        let ends = self.entries.get(&id).is_some_and(|entry| event.is_closing(&entry.body));
        if ends { self.entries.remove(&id).map(|entry| entry.body) } else { None }
    }

    /// Whether a request was not sent yet.
    #[must_use]
    pub fn waits(&self, id: RequestId) -> bool {
        self.entries.get(&id).is_some_and(|entry| !entry.sent)
    }

    /// Takes a request out that was never sent; `false` where it is on its way or unknown.
    pub fn withdraw(&mut self, id: RequestId) -> bool {
        self.waits(id) && self.entries.remove(&id).is_some()
    }

    /// Forgets a request.
    pub fn forget(&mut self, id: RequestId) {
        self.entries.remove(&id);
    }

    /// All requests that were sent: the worker that had them is gone.
    pub fn take_sent(&mut self) -> Vec<(RequestId, ToWorker)> {
        let sent: Vec<RequestId> = self.entries.iter().filter(|(_, e)| e.sent).map(|(id, _)| *id).collect();
        sent.into_iter().filter_map(|id| self.entries.remove(&id).map(|entry| (id, entry.body))).collect()
    }

    /// All requests that were kept back, in the order in which they were made; they count as sent from now on.
    pub fn take_waiting(&mut self) -> Vec<(Request, Option<Ticket>)> {
        self.entries
            .iter_mut()
            .filter(|(_, entry)| !entry.sent)
            .map(|(id, entry)| {
                entry.sent = true;
                (Request::new(*id, entry.body.clone()), entry.file)
            })
            .collect()
    }
}
