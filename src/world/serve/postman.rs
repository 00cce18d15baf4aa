//! Works the queue off: what arrives at once, what had to wait again and again
//! (`queue_run_delay`, qmgr(8)). Messages are delivered at the same time, so
//! that a next hop that does not answer stops nobody but its own mail.

use std::rc::Rc;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::world::delivery;
use crate::world::host::Host;
use crate::world::internet::Internet;

/// Delivers until the server leaves, and what is under way then to its end.
pub(super) async fn work(internet: Rc<Internet>, host: Rc<Host>, leaving: Rc<Notify>) {
    let settings = host.settings();
    let main = settings.configuration.main();
    let most = usize::try_from(main.number("qmgr_message_active_limit")).unwrap_or(usize::MAX);
    let mut scans = tokio::time::interval(delivery::run_delay(&host));
    let mut active = JoinSet::new();
    let mut is_leaving = false;
    loop {
        while active.len() < most
            && let Some((host, message)) = delivery::next(&internet)
        {
            active.spawn_local(delivery::deliver(Rc::clone(&internet), host, message));
        }
        let used = delivery::queue_size(&host);
        host.services.borrow_mut().occupy(used);
        if is_leaving && active.is_empty() {
            return;
        }
        tokio::select! {
            () = leaving.notified() => is_leaving = true,
            () = host.arrivals.notified() => {}
            _ = scans.tick() => {}
            Some(ended) = active.join_next(), if !active.is_empty() => {
                // Nobody cancels a delivery: one that has not ended well has panicked.
                if let Err(end) = ended {
                    std::panic::resume_unwind(end.into_panic());
                }
            }
        }
    }
}
