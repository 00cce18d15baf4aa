//! Any text as a lesson: a lesson, or faults that each point into the text.

use smtp_lab::lesson::loader::Source;

pub(crate) fn holds(text: &str) {
    let source = Source {
        name: "fuzz.toml".to_owned(),
        text: text.to_owned(),
    };
    if let Err(faulty) = source.load() {
        assert!(!faulty.faults.is_empty(), "refused without a word");
        for fault in &faulty.faults {
            assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
        }
    }
}
