//! The `helper` program: rows of matrices in a memory of its own, multiplied for the engine. One that is not given a buffer
//! waits, which costs nothing.

use conclave_kernels::team;
use conclave_worker::helper::BrowserHelper;
use conclave_worker::scope;

fn main() {
    scope::listen(|data| {
        if let Some(station) = BrowserHelper::at_station(data) {
            team::serve(&station);
        }
    });
    // Anything says that it runs.
    scope::post(&());
}
