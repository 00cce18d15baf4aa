//! master.cf: the services that `master` runs, with their `-o` overrides (master(5)).

/// Edits one service's `-o parameter=value` (`None` removes it); every other
/// line stays as it is. `None`: there is no such active service.
pub fn set(_text: &str, _service: &str, _parameter: &str, _value: Option<&str>) -> Option<String> {
    todo!()
}
