//! The random parts of a client's hello come from the lesson's seed: a server
//! that takes the hello for SMTP (implicit TLS sent to port 587) reads it line
//! by line, and the same lesson must then show the same lines. Key shares stay
//! truly random, but are drawn until they hold no line end.

use std::cell::RefCell;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::{
    ActiveKeyExchange, CryptoProvider, GetRandomFailed, SecureRandom, SupportedKxGroup, ring,
};
use tokio_rustls::rustls::{Error, NamedGroup};

use crate::clock::Chance;

thread_local! {
    // A provider's source of randomness must live for ever; a world lives on one thread.
    static HELLO: RefCell<Option<Chance>> = const { RefCell::new(None) };
}

/// The cryptography of a client whose next hello is decided by `hello`.
pub(super) fn provider(hello: u64) -> Arc<CryptoProvider> {
    HELLO.set(Some(Chance::seeded(hello)));
    let mut provider = ring::default_provider();
    provider.secure_random = &Seeded;
    provider.kx_groups = vec![&OneLine];
    Arc::new(provider)
}

#[derive(Debug)]
struct Seeded;

impl SecureRandom for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), GetRandomFailed> {
        HELLO.with_borrow_mut(|chance| {
            let chance = chance.as_mut().ok_or(GetRandomFailed)?;
            for byte in buffer {
                *byte = chance.number().to_le_bytes()[0];
            }
            Ok(())
        })
    }
}

/// X25519 whose public keys hold no line end.
#[derive(Debug)]
struct OneLine;

impl SupportedKxGroup for OneLine {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        loop {
            let exchange = ring::kx_group::X25519.start()?;
            if !exchange
                .pub_key()
                .iter()
                .any(|byte| matches!(byte, b'\n' | b'\r'))
            {
                return Ok(exchange);
            }
        }
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519
    }
}
