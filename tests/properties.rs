//! What everything that takes bytes from outside is held to. These are the
//! properties that the fuzz targets look for exceptions to for hours; here each
//! is asked about every seed of its target, and about bytes at random.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

#[path = "properties/client_dialogue.rs"]
mod client_dialogue;
#[path = "properties/host.rs"]
mod host;
#[path = "properties/lesson_file.rs"]
mod lesson_file;
#[path = "properties/line_reader.rs"]
mod line_reader;
#[path = "properties/main_cf.rs"]
mod main_cf;
#[path = "properties/master_cf.rs"]
mod master_cf;
#[path = "properties/reply_parser.rs"]
mod reply_parser;
#[path = "properties/sasl.rs"]
mod sasl;
#[path = "properties/server_session.rs"]
mod server_session;
#[path = "properties/tables.rs"]
mod tables;
#[path = "properties/world.rs"]
mod world;

/// Whatever `bytes` stand for, `holds` holds of it.
fn ask<'a, T: Arbitrary<'a>>(bytes: &'a [u8], holds: impl Fn(T)) {
    // Too few bytes for what is wanted are nothing to ask about.
    if let Ok(input) = T::arbitrary_take_rest(Unstructured::new(bytes)) {
        holds(input);
    }
}

/// The seeds of a fuzz target.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let seeds = fs::read_dir(folder).unwrap();
    seeds
        .map(|seed| fs::read(seed.unwrap().path()).unwrap())
        .collect()
}

/// Bytes at random, and seeds with some bytes changed.
fn noise(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<Index>(), any::<u8>()), 1..20);
    let nearly = (select(seeds), changes).prop_map(|(mut bytes, changes)| {
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..1000), nearly]
}

macro_rules! hold {
    ($($property:ident, of $cases:literal;)*) => {$(
        #[test]
        fn $property() {
            let seeds = seeds(stringify!($property));
            for seed in &seeds {
                ask(seed, $property::holds);
            }
            let few = ProptestConfig::with_cases($cases);
            proptest!(few, |(bytes in noise(seeds))| {
                ask(&bytes, $property::holds);
            });
        }
    )*};
}

hold! {
    client_dialogue, of 256;
    lesson_file, of 256;
    line_reader, of 256;
    main_cf, of 256;
    master_cf, of 256;
    reply_parser, of 256;
    sasl, of 256;
    server_session, of 256;
    tables, of 256;
    // Each of these makes certificates, hosts and wires.
    world, of 16;
}
