//! Any mechanism, any responses: every exchange comes to an end.

use smtp_lab::sasl::server::{Mechanism, Step, decode};

pub(crate) fn holds(input: (String, Option<Vec<u8>>, Vec<Vec<u8>>)) {
    let (name, initial, responses) = input;
    for response in &responses {
        let _ = decode(&String::from_utf8_lossy(response));
    }
    for known in ["PLAIN", "LOGIN", "CRAM-MD5", name.as_str()] {
        let Some(mechanism) = Mechanism::named(known) else {
            continue;
        };
        let mut step = mechanism.begin(initial.as_deref(), || b"<1@aula.example>".to_vec());
        let mut asked = 0;
        for response in &responses {
            let Step::Ask { next, .. } = step else {
                break;
            };
            asked += 1;
            assert!(asked <= 3, "{known} asks for ever");
            step = next.step(response);
        }
    }
}
