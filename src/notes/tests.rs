//! A presentation and those who follow it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::follower::presentations_in;
use super::*;
use crate::clock::Moment;

fn page(number: usize) -> Page {
    Page {
        number,
        steps: 3,
        ..Page::default()
    }
}

fn mode(path: &Path) -> Option<u32> {
    Some(path.metadata().ok()?.permissions().mode() & 0o777)
}

#[tokio::test]
async fn whoever_follows_sees_the_present_page_and_every_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("lab");
    assert_eq!(presentations_in(&directory), []);
    let publisher = Publisher::open_in(&directory).unwrap();
    publisher.tell(&page(1));
    let found = presentations_in(&directory);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].process, std::process::id());

    let mut one = Follower::of(&found[0]).await.unwrap();
    assert_eq!(one.next().await.unwrap(), Some(page(1)));
    publisher.tell(&page(2));
    assert_eq!(one.next().await.unwrap(), Some(page(2)));
    let mut other = Follower::of(&found[0]).await.unwrap();
    assert_eq!(other.next().await.unwrap(), Some(page(2)));

    drop(publisher);
    assert_eq!(one.next().await.unwrap(), None);
    assert_eq!(other.next().await.unwrap(), None);
    assert!(!found[0].socket.exists());
}

#[tokio::test]
async fn nobody_else_can_follow() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("lab");
    std::fs::create_dir(&directory).unwrap();
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).unwrap();
    let _publisher = Publisher::open_in(&directory).unwrap();
    assert_eq!(mode(&directory), Some(0o700));
    assert_eq!(mode(&presentations_in(&directory)[0].socket), Some(0o600));
}

#[test]
fn what_a_process_left_behind_is_no_presentation() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notes-77.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(socket.exists());
    assert_eq!(presentations_in(folder.path()), []);
    assert!(!socket.exists());
}

#[test]
fn time_is_told_as_on_a_clock() {
    let page = Page {
        began: 0,
        step_began: 3_600_000_000,
        ..Page::default()
    };
    let now = Moment::from_micros(3_725_000_000);
    assert_eq!(page.elapsed(now), ("1:02:05".to_owned(), "2:05".to_owned()));
}
