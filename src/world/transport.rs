//! A stream that may be in clear or inside TLS.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsStream;

/// A stream, protected or not. TLS is put around it once and never taken off.
pub(super) enum Transport<S> {
    /// In clear.
    Clear(S),
    /// Inside TLS.
    Protected(Box<TlsStream<S>>),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Transport<S> {
    /// Whether what is said is protected.
    pub(super) fn is_protected(&self) -> bool {
        matches!(self, Self::Protected(_))
    }

    /// Reads what there is; 0 at the end of the stream. A peer that vanished
    /// without a TLS good-bye is at its end too.
    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> usize {
        let read = match self {
            Self::Clear(stream) => stream.read(buffer).await,
            Self::Protected(stream) => stream.read(buffer).await,
        };
        read.unwrap_or(0)
    }

    /// Writes all of it at once.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Clear(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
            Self::Protected(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// Says good-bye: TLS' own first, then the end of the stream.
    pub(super) async fn close(mut self) {
        // Whether the peer still hears it makes no difference any more.
        let _ = match &mut self {
            Self::Clear(stream) => stream.shutdown().await,
            Self::Protected(stream) => stream.shutdown().await,
        };
    }
}
