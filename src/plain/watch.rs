//! Waiting for a lesson file to be saved.

use std::io;

use tokio::time::sleep;

use super::signals::Signals;
use crate::lesson::loader::{LOOK_EVERY, Watched};

/// Waits until `watched` is saved anew; `false`: the program is to end.
///
/// # Errors
/// The signals to end could not be listened for.
pub fn until_saved(watched: &Watched) -> io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut signals = Signals::listen()?;
        loop {
            tokio::select! {
                () = sleep(LOOK_EVERY) => {
                    if watched.is_saved_anew() {
                        return Ok(true);
                    }
                }
                () = signals.any() => return Ok(false),
            }
        }
    })
}
