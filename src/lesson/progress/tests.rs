use std::fs;
use std::io;

use super::*;

fn step(solved: bool, hints: usize) -> StepProgress {
    StepProgress {
        solved,
        hints,
        ..StepProgress::default()
    }
}

fn progress(present: &str, steps: &[(&str, StepProgress)]) -> Progress {
    Progress {
        step: present.to_owned(),
        steps: steps
            .iter()
            .map(|(id, step)| ((*id).to_owned(), step.clone()))
            .collect(),
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path(), "caso5");
    (directory, store)
}

#[test]
fn what_is_saved_is_loaded() {
    let (_directory, store) = store();
    assert_eq!(store.load().unwrap(), Loaded::default());
    let mut saved = progress("tls", &[("relay", step(true, 2))]);
    saved
        .steps
        .entry("relay".to_owned())
        .or_default()
        .prediction = Some(1);
    store.save(&saved).unwrap();
    assert_eq!(store.load().unwrap().progress, Some(saved.clone()));
    assert_eq!(store.peek(), Some(saved));
}

#[test]
fn two_instances_do_not_lose_each_others_work() {
    let (_directory, store) = store();
    let mut one = store.load().unwrap().progress.unwrap_or_default();
    let mut other = store.load().unwrap().progress.unwrap_or_default();
    one.step = "relay".to_owned();
    one.steps.insert("red".to_owned(), step(true, 0));
    store.save(&one).unwrap();
    other.step = "tls".to_owned();
    other.steps.insert("auth".to_owned(), step(true, 3));
    other.steps.insert("red".to_owned(), step(false, 1));
    store.save(&other).unwrap();
    let both = progress("tls", &[("auth", step(true, 3)), ("red", step(true, 1))]);
    assert_eq!(store.peek(), Some(both));
}

#[test]
fn many_instances_at_once_lose_nothing() {
    let (directory, store) = store();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let store = &store;
            scope.spawn(move || {
                let id = format!("step-{number}");
                store.save(&progress(&id, &[(&id, step(true, 0))])).unwrap();
            });
        }
    });
    assert_eq!(store.peek().unwrap().solved(), 8);
    let names: Vec<_> = fs::read_dir(directory.path().join("progress"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "the file and its lock: {names:?}");
}

#[test]
fn a_damaged_file_is_set_aside_and_not_lost() {
    let (_directory, store) = store();
    store.save(&progress("tls", &[])).unwrap();
    for (damage, number) in [
        ("{\"format\": 1, ", 1),
        ("", 2),
        ("{\"format\":1,\"step\":7}", 3),
    ] {
        fs::write(store.path().unwrap(), damage).unwrap();
        assert_eq!(store.peek(), None);
        let loaded = store.load().unwrap();
        assert_eq!(loaded.progress, None);
        let aside = loaded.set_aside.unwrap();
        assert!(aside.ends_with(format!("caso5.json.damaged-{number}")));
        assert_eq!(fs::read_to_string(aside).unwrap(), damage);
    }
    assert_eq!(store.load().unwrap(), Loaded::default());
}

#[test]
fn a_file_damaged_meanwhile_is_set_aside_by_the_save() {
    let (_directory, store) = store();
    store.save(&progress("tls", &[])).unwrap();
    let path = store.path().unwrap();
    fs::write(&path, "\u{0}\u{0}").unwrap();
    store.save(&progress("auth", &[])).unwrap();
    assert_eq!(store.peek().unwrap().step, "auth");
    let aside = path.with_file_name("caso5.json.damaged-1");
    assert_eq!(fs::read_to_string(aside).unwrap(), "\u{0}\u{0}");
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let (_directory, store) = store();
    store.save(&progress("tls", &[])).unwrap();
    let path = store.path().unwrap();
    let later = r#"{"format": 2, "everything": "else"}"#;
    fs::write(&path, later).unwrap();
    assert!(matches!(
        store.load(),
        Err(StoreError::LaterFormat { format: 2, .. })
    ));
    assert!(store.save(&progress("auth", &[])).is_err());
    assert_eq!(fs::read_to_string(path).unwrap(), later);
}

#[test]
fn starting_afresh_keeps_what_was_there() {
    let (_directory, store) = store();
    assert_eq!(store.start_afresh().unwrap(), None);
    store
        .save(&progress("tls", &[("red", step(true, 0))]))
        .unwrap();
    let before = store.start_afresh().unwrap().unwrap();
    assert!(fs::read_to_string(before).unwrap().contains("red"));
    assert_eq!(store.load().unwrap(), Loaded::default());
}

#[test]
fn where_nothing_can_be_written_the_probe_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a file, not a directory");
    fs::write(&file, "").unwrap();
    let store = Store::new(&file, "caso5");
    assert!(store.probe().is_err());
    assert!(store.save(&Progress::default()).is_err());
    assert!(Store::nowhere().probe().is_ok());
    assert!(Store::nowhere().save(&Progress::default()).is_ok());
}

#[test]
fn no_id_climbs_out_of_the_directory() {
    let directory = tempfile::tempdir().unwrap();
    let path = Store::new(directory.path(), "../../etc/passwd")
        .path()
        .unwrap();
    assert_eq!(
        path.parent(),
        Some(directory.path().join("progress").as_path())
    );
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, store) = store();
    store.save(&Progress::default()).unwrap();
    let mode = fs::metadata(store.path().unwrap())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn where_there_are_no_locks_progress_is_kept_all_the_same() {
    let (directory, store) = store();
    assert_eq!(store.probe().unwrap(), Locking::Works);
    let unfinished = directory.path().join("progress/.unfinished-x1y2z3");
    fs::write(&unfinished, "somebody may be at it").unwrap();
    let lockless = store
        .clone()
        .locking_by(|_| Err(io::ErrorKind::Unsupported.into()));
    assert_eq!(lockless.probe().unwrap(), Locking::Missing);
    assert_eq!(lockless.rehearse().unwrap(), Locking::Missing);
    assert!(unfinished.exists(), "nobody knows that nobody is at it");
    let one = progress("tls", &[("red", step(true, 0))]);
    let other = progress("tls", &[("auth", step(true, 0))]);
    lockless.save(&one).unwrap();
    lockless.save(&other).unwrap();
    assert_eq!(store.peek().unwrap().solved(), 2);

    // A lock that is refused is another matter.
    let refused = store.locking_by(|_| Err(io::ErrorKind::PermissionDenied.into()));
    assert!(refused.probe().is_err() && refused.save(&one).is_err());
}
