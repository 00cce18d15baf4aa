//! Any text as a lesson: a lesson, or faults that each point into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smtp_lab::lesson::loader::Source;

fuzz_target!(|text: &str| {
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
});
