//! How the screen was arranged last time: the panel that was open. (What is
//! enlarged belongs to a step, whose text comes first.)

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::lesson::progress::replace;
use crate::tui::Panel;

#[derive(Debug, Deserialize, Serialize)]
struct Layout {
    panel: Panel,
}

/// The panel that was open last time; without a word of it, the first one.
pub(super) fn panel(state: &Path) -> Panel {
    let text = fs::read_to_string(file(state)).unwrap_or_default();
    match serde_json::from_str::<Layout>(&text) {
        Ok(layout) => layout.panel,
        Err(problem) => {
            tracing::debug!(%problem, "no layout");
            Panel::default()
        }
    }
}

/// Remembers the panel, in a file of the user's alone (0600).
///
/// # Errors
///
/// If the state directory cannot be written.
pub(super) fn remember(state: &Path, panel: Panel) -> io::Result<()> {
    fs::create_dir_all(state)?;
    replace(&file(state), &Layout { panel })
}

fn file(state: &Path) -> PathBuf {
    state.join("layout.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panel_is_remembered_and_a_broken_file_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("lab");
        assert_eq!(panel(&state), Panel::Why);
        remember(&state, Panel::Log).unwrap();
        remember(&state, Panel::Wire).unwrap();
        assert_eq!(panel(&state), Panel::Wire);
        assert_eq!(fs::read_dir(&state).unwrap().count(), 1);
        for broken in ["", "{", "{\"panel\":\"kitchen\"}"] {
            fs::write(file(&state), broken).unwrap();
            assert_eq!(panel(&state), Panel::Why);
        }
    }
}
