//! Several tabs on one service.
//!
//! Every tab numbers its requests from one; the service knows each by a number of its own. What belongs to a request goes to
//! the tab that made it, under that tab's number, and what no request asked for goes to all.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use conclave_protocol::{Event, Request, RequestId, TabId, ToWorker};

/// Who speaks to the service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// The page that started the program.
    Page,
    /// Another tab.
    Tab(TabId),
}

/// Which request of whom has which number at the service.
#[derive(Default)]
pub struct Exchange {
    last: Cell<u32>,
    calls: RefCell<HashMap<RequestId, (Caller, RequestId)>>,
}

impl Exchange {
    /// The request under the service's number. Call [`Exchange::leave`] with it once the request is over.
    pub fn enter(&self, caller: Caller, request: Request) -> Request {
        self.last.set(self.last.get().wrapping_add(1));
        let id = RequestId(self.last.get());
        let body = match request.body {
            ToWorker::Cancel { request } => ToWorker::Cancel { request: self.number_of(&caller, request) },
            body => body,
        };
        self.calls.borrow_mut().insert(id, (caller, request.id));
        Request { id, body, ..request }
    }

    /// Forgets a request that is over.
    pub fn leave(&self, id: RequestId) {
        self.calls.borrow_mut().remove(&id);
    }

    /// Whom an event concerns, with the number that this caller gave; nobody where it belongs to no request and to all.
    #[must_use]
    pub fn address(&self, event: Event) -> (Option<Caller>, Event) {
        let call = event.id.and_then(|id| self.calls.borrow().get(&id).cloned());
        match call {
            Some((caller, id)) => (Some(caller), Event { id: Some(id), ..event }),
            None => (None, Event { id: None, ..event }),
        }
    }

    /// The service's number of a request that runs; for one that is over, the number of none.
    fn number_of(&self, caller: &Caller, request: RequestId) -> RequestId {
        let calls = self.calls.borrow();
        let found = calls.iter().find(|(_, (of, id))| of == caller && *id == request);
        found.map_or(RequestId(0), |(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::FromWorker;

    use super::*;

    fn tab(name: &str) -> Caller {
        Caller::Tab(TabId(name.to_owned()))
    }

    fn load(id: u32) -> Request {
        Request::new(RequestId(id), ToWorker::LoadModels)
    }

    fn done(id: Option<RequestId>) -> Event {
        Event { id, body: FromWorker::Done }
    }

    #[test]
    fn equal_numbers_of_two_tabs_are_two_requests() {
        let exchange = Exchange::default();
        let [of_page, of_tab] = [Caller::Page, tab("a")].map(|caller| exchange.enter(caller, load(1)).id);
        assert_ne!(of_page, of_tab);
        assert_eq!(exchange.address(done(Some(of_page))), (Some(Caller::Page), done(Some(RequestId(1)))));
        assert_eq!(exchange.address(done(Some(of_tab))), (Some(tab("a")), done(Some(RequestId(1)))));
    }

    #[test]
    fn a_tab_stops_its_own_request_and_nobody_elses() {
        let exchange = Exchange::default();
        let (a, b) = (exchange.enter(tab("a"), load(1)).id, exchange.enter(tab("b"), load(1)).id);
        let stop = |caller: Caller| {
            let request = Request::new(RequestId(2), ToWorker::Cancel { request: RequestId(1) });
            exchange.enter(caller, request).body
        };
        assert_eq!(stop(tab("a")), ToWorker::Cancel { request: a });
        assert_eq!(stop(tab("b")), ToWorker::Cancel { request: b });
        // Neither has number 0, which no request gets.
        assert_eq!(stop(Caller::Page), ToWorker::Cancel { request: RequestId(0) });
        exchange.leave(a);
        assert_eq!(stop(tab("a")), ToWorker::Cancel { request: RequestId(0) });
    }

    #[test]
    fn what_nobody_asked_for_goes_to_all() {
        let exchange = Exchange::default();
        let id = exchange.enter(tab("a"), load(7)).id;
        assert_eq!(exchange.address(done(None)), (None, done(None)));
        exchange.leave(id);
        // What follows the end of a request has no addressee under a number that means something else by now.
        assert_eq!(exchange.address(done(Some(id))), (None, done(None)));
    }
}
