//! A real socket with an eavesdropper on it: what crosses it is written down
//! as it is on the wires of the world.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::pen::ConnectionPen;
use crate::journal::End;

/// The server's end of a stream whose bytes are shown to `tap`, if there is one.
pub(super) struct Tapped<S> {
    stream: S,
    tap: Option<ConnectionPen>,
}

impl<S> Tapped<S> {
    /// Puts the eavesdropper, if there is one, on `stream`.
    pub(super) fn new(stream: S, tap: Option<ConnectionPen>) -> Self {
        Self { stream, tap }
    }

    /// Shows bytes that `from` sent.
    pub(super) fn show(&self, from: End, bytes: &[u8]) {
        if let Some(tap) = &self.tap
            && !bytes.is_empty()
        {
            tap.wire(from, bytes);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.show(
            End::Client,
            buffer.filled().get(before..).unwrap_or_default(),
        );
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.show(End::Server, bytes.get(..count).unwrap_or_default());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
