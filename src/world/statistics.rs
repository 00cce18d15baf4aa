//! What anvil(8) logs of its counts, and when.

use super::internet::Internet;
use crate::clock::Moment;
use crate::world::host::Host;

/// When the next host has something to log.
pub(super) fn next(internet: &Internet) -> Option<Moment> {
    let due = |host: &Host| {
        let settings = host.settings();
        let interval = settings.configuration.main().time(INTERVAL);
        host.shared().anvil().due(interval)
    };
    internet.hosts.iter().filter_map(|host| due(host)).min()
}

/// Logs what is due by now.
pub(super) fn log(internet: &Internet) {
    for host in &internet.hosts {
        let settings = host.settings();
        let main = settings.configuration.main();
        let lines = host
            .shared()
            .anvil()
            .statistics(main.time(INTERVAL), internet.pen.now());
        let program = format!("{}/anvil", main.text("syslog_name"));
        for text in lines {
            host.log(&internet.pen, None, &program, text);
        }
    }
}

/// How often there are statistics.
const INTERVAL: &str = "anvil_status_update_time";
