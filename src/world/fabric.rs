//! Wires between the machines of the world: in memory, with a tap below TLS.
//! Nothing here can reach a real network.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::IoSlice;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use crate::journal::End;

/// One end of a wire.
pub(super) struct WireEnd {
    stream: DuplexStream,
    end: End,
    state: Rc<RefCell<State>>,
    tap: Tap,
}

/// Somebody who is shown every chunk of bytes, by whom it was sent.
type Tap = Rc<dyn Fn(End, &[u8])>;

/// Tells what state a wire is in, or several that somebody in the middle joins.
#[derive(Clone)]
pub(super) struct Watch {
    /// From the client to the server; never empty.
    wires: Vec<Rc<RefCell<State>>>,
}

/// Where the bytes and the two ends are.
#[derive(Default)]
struct State {
    client: Side,
    server: Side,
    watchers: Vec<Waker>,
    /// The server is outside the world: nobody knows whether it will still say
    /// something.
    is_outside: bool,
}

#[derive(Default)]
struct Side {
    /// Whether it wants to read and found nothing.
    waiting: bool,
    /// Whether it wants to write and the wire is full.
    blocked: bool,
    /// Bytes sent to it that it has not read.
    underway: usize,
    /// Whether it is no more.
    gone: bool,
}

/// Lays a wire. `tap` is shown every chunk of bytes, by whom it was sent.
pub(super) fn lay(tap: impl Fn(End, &[u8]) + 'static) -> (WireEnd, WireEnd, Watch) {
    let (client, server) = tokio::io::duplex(CAPACITY);
    let state = Rc::new(RefCell::new(State::default()));
    let tap: Tap = Rc::new(tap);
    let end = |stream, end| WireEnd {
        stream,
        end,
        state: Rc::clone(&state),
        tap: Rc::clone(&tap),
    };
    (
        end(client, End::Client),
        end(server, End::Server),
        Watch { wires: vec![state] },
    )
}

/// Lays a wire whose server's end leads out of the world.
pub(super) fn lay_outside(tap: impl Fn(End, &[u8]) + 'static) -> (WireEnd, WireEnd, Watch) {
    let (client, server, watch) = lay(tap);
    for wire in &watch.wires {
        wire.borrow_mut().is_outside = true;
    }
    (client, server, watch)
}

impl Watch {
    /// Waits until both ends wait for the other with nothing underway: from
    /// then on neither would ever say a word. A server outside the world that
    /// says nothing for `patience` is taken to be silent.
    pub(super) async fn silence(&self, patience: Duration) {
        if self.leads_outside() {
            return tokio::time::sleep(patience).await;
        }
        self.until(|client, server| client.is_idle() && server.is_idle())
            .await;
    }

    /// Waits until the server has done all it can with what it was sent, and
    /// so has whoever is in the middle. One that says more than the wire holds
    /// can do no more either.
    pub(super) async fn server_at_rest(&self) {
        self.until(|_, server| {
            server.is_idle() || server.blocked || server.gone || self.leads_outside()
        })
        .await;
    }

    fn leads_outside(&self) -> bool {
        self.wires.iter().any(|wire| wire.borrow().is_outside)
    }

    /// This wire with another behind it; somebody stands between them.
    pub(super) fn joined_to(mut self, next: Self) -> Self {
        self.wires.extend(next.wires);
        self
    }

    /// Waits until client and server are as wished and everybody in the middle is at rest.
    async fn until(&self, condition: impl Fn(&Side, &Side) -> bool) {
        poll_fn(|context| {
            if self.is(&condition) {
                return Poll::Ready(());
            }
            for wire in &self.wires {
                wire.borrow_mut().watchers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    fn is(&self, condition: impl Fn(&Side, &Side) -> bool) -> bool {
        let (Some(first), Some(last)) = (self.wires.first(), self.wires.last()) else {
            return true;
        };
        condition(&first.borrow().client, &last.borrow().server)
            && self.wires.windows(2).all(|wires| match wires {
                [near, far] => middle_rests(&near.borrow().server, &far.borrow().client),
                _ => true,
            })
    }
}

/// Whether somebody in the middle of two wires can do nothing with what they
/// were sent. They may be waiting for one end only.
fn middle_rests(near: &Side, far: &Side) -> bool {
    let gone = near.gone && far.gone;
    let served = near.underway == 0 && far.underway == 0;
    gone || (served && (near.waiting || far.waiting))
}

impl State {
    fn side(&mut self, end: End) -> &mut Side {
        match end {
            End::Client => &mut self.client,
            End::Server => &mut self.server,
        }
    }

    fn changed(&mut self) {
        self.watchers.drain(..).for_each(Waker::wake);
    }
}

impl Side {
    fn is_idle(&self) -> bool {
        self.waiting && self.underway == 0
    }
}

impl AsyncRead for WireEnd {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let mut state = self.state.borrow_mut();
        let side = state.side(self.end);
        side.waiting = read.is_pending();
        side.underway = side.underway.saturating_sub(buffer.filled().len() - before);
        let side_is_idle = side.is_idle();
        if side_is_idle {
            state.changed();
        }
        read
    }
}

impl AsyncWrite for WireEnd {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        let mut state = self.state.borrow_mut();
        state.side(self.end).blocked = written.is_pending();
        if written.is_pending() {
            state.changed();
        }
        if let Poll::Ready(Ok(count)) = written {
            state.side(self.end.other()).underway += count;
            // Whoever speaks is not waiting, even if TLS asked for more bytes a moment ago.
            state.side(self.end).waiting = false;
            drop(state);
            (self.tap)(self.end, bytes.get(..count).unwrap_or_default());
        }
        written
    }

    /// Each buffer is a chunk of its own, as it is one TLS record; none is left
    /// behind, since an alert is written with a single call.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let mut total = 0;
        for buffer in buffers.iter().filter(|buffer| !buffer.is_empty()) {
            match self.as_mut().poll_write(context, buffer) {
                Poll::Ready(Ok(count)) => total += count,
                stopped if total == 0 => return stopped,
                _ => break,
            }
        }
        Poll::Ready(Ok(total))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        // A handshake ends so: if TLS asked for more bytes, nobody waits for them now.
        self.state.borrow_mut().side(self.end).waiting = false;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.state.borrow_mut().side(self.end.other()).waiting = false;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for WireEnd {
    fn drop(&mut self) {
        let mut state = self.state.borrow_mut();
        // The other end is about to read the end of the stream.
        state.side(self.end.other()).waiting = false;
        state.side(self.end).gone = true;
        state.changed();
    }
}

/// Bytes that may be underway one way before the sender has to wait.
const CAPACITY: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn silence_falls_only_when_both_wait_with_nothing_underway() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let tap = Rc::clone(&seen);
        let (mut client, mut server, watch) =
            lay(move |end, bytes| tap.borrow_mut().push((end, bytes.to_vec())));
        server.write_all(b"220 hi\r\n").await.unwrap();
        let mut greeting = [0; 8];
        tokio::select! {
            biased;
            read = client.read_exact(&mut greeting) => { read.unwrap(); }
            () = watch.silence(Duration::ZERO) => panic!("the greeting is underway"),
        }
        let mut buffer = [0; 8];
        let mut other = [0; 8];
        tokio::select! {
            biased;
            _ = client.read(&mut buffer) => panic!("nobody spoke"),
            _ = server.read(&mut other) => panic!("nobody spoke"),
            () = watch.silence(Duration::ZERO) => {}
        }
        assert_eq!(*seen.borrow(), [(End::Server, b"220 hi\r\n".to_vec())]);
    }
}
