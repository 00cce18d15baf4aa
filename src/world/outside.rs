//! The client's way out of the world: to a program on a loopback port of this
//! machine, which then stands where a machine of the world would.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncWriteExt, copy, split};

use super::client_end::Line;
use super::fabric;
use super::internet::Extension;
use super::pen::ConnectionPen;

/// Every program answers for itself. Ports that need privileges are left alone:
/// behind them may be a mail server that passes mail on.
pub(super) fn without_privileges(address: SocketAddr) -> io::Result<Extension> {
    if address.port() < FIRST_FREE_PORT {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    let (stream, own) = connect(address)?;
    Ok(Extension {
        own,
        lay: Box::new(|pen| line(stream, pen)),
    })
}

/// Calls; also says what the caller's own end is.
fn connect(address: SocketAddr) -> io::Result<(tokio::net::TcpStream, SocketAddr)> {
    if !address.ip().is_loopback() {
        return Err(io::ErrorKind::NetworkUnreachable.into());
    }
    let stream = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    let own = stream.local_addr()?;
    Ok((tokio::net::TcpStream::from_std(stream)?, own))
}

/// A wire of the world that goes on over `stream`. It ends when either end does.
fn line(mut stream: tokio::net::TcpStream, pen: ConnectionPen) -> Line {
    let tap = pen.clone();
    let (wire, end, watch) = fabric::lay_outside(move |from, bytes| tap.wire(from, bytes));
    let server = tokio::task::spawn_local(async move {
        let (mut hear, mut say) = split(end);
        let (mut read, mut write) = stream.split();
        // A break on one side is heard on the other as the end of the connection.
        tokio::select! {
            _ = copy(&mut hear, &mut write) => {}
            _ = copy(&mut read, &mut say) => {}
        }
        let _ = write.shutdown().await;
        let _ = say.shutdown().await;
    });
    Line {
        pen,
        wire,
        watch,
        server,
    }
}

/// How long a program on this machine may take to answer the call.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Ports below it need privileges.
const FIRST_FREE_PORT: u16 = 1024;
