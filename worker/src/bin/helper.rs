//! The `helper` program: rows of matrices in a memory of its own, multiplied for the engine. One that is not given a buffer
//! waits, which costs nothing.

use std::cell::RefCell;

use conclave_kernels::make_room;
use conclave_kernels::team::Keeper;
use conclave_worker::helper::BrowserHelper;
use conclave_worker::scope;

/// What the models that ship lend to a helper. Larger ones grow its memory step by step.
const SHARE_BYTES: u64 = 128 << 20;

fn main() {
    let at_work = RefCell::new(None);
    scope::listen(move |data| {
        // The buffer comes first. Every message says that there are tasks.
        let mut at_work = at_work.borrow_mut();
        if let Some(station) = BrowserHelper::at_station(data) {
            let _ = make_room(SHARE_BYTES);
            *at_work = Some((station, Keeper::default()));
        }
        if let Some((station, keeper)) = &mut *at_work {
            keeper.serve(station);
        }
    });
    // Anything says that it runs.
    scope::post(&());
}
