//! Works the queue off: what arrives at once, what had to wait again and again
//! (`queue_run_delay`, qmgr(8)).

use std::rc::Rc;

use tokio::sync::Notify;

use crate::world::delivery;
use crate::world::host::Host;
use crate::world::internet::Internet;

/// Delivers until the server leaves. `arrivals` tells that there is something new.
pub(super) async fn work(
    internet: Rc<Internet>,
    host: Rc<Host>,
    arrivals: Rc<Notify>,
    leaving: Rc<Notify>,
) {
    let mut last = false;
    let pause = host.settings().configuration.main().time("queue_run_delay");
    while !last {
        tokio::select! {
            () = leaving.notified() => last = true,
            () = arrivals.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
        delivery::run(&internet).await;
    }
}
