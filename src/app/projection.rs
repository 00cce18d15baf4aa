//! The journal arranged for reading: per connection, per host. Fed one event at
//! a time; every vector is in journal order, so the world *as of* a position
//! is a prefix found by bisection, and drawing costs the same however long the
//! history is.

use std::sync::Arc;

use crate::journal::event::{CertificateFacts, Endpoint, Purpose, Verification};
use crate::journal::{ConnectionId, End, Event, Position, Way};
use crate::postfix::decision::Decision;

/// The journal, arranged.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    /// Every event, at its position.
    pub events: Vec<Arc<Event>>,
    /// Every connection, in the order they were made.
    pub connections: Vec<Connection>,
    /// Positions of the log lines.
    pub log: Vec<Position>,
    /// Positions of `configured` and `parameter-set` events.
    pub configuration: Vec<Position>,
    /// Positions of `relay-assessed` events.
    pub relay: Vec<Position>,
    /// Positions of `queued`, `delivery`, `stored` and `dequeued` events.
    pub mail: Vec<Position>,
    /// Position of the last `step-began` event.
    pub step_began: Position,
}

/// A connection and all that happened on it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its number.
    pub id: ConnectionId,
    /// Where it was made.
    pub opened: Position,
    /// Where it ended, if it did.
    pub closed: Option<Position>,
    /// The client.
    pub from: Endpoint,
    /// The server.
    pub to: Endpoint,
    /// The server's service.
    pub service: String,
    /// Why it was made.
    pub purpose: Purpose,
    /// Lines and TLS boundaries, one row a thing said: what one end sent and
    /// the other received stands in the same row.
    pub rows: Vec<Row>,
    /// Decisions of the policy, with their positions.
    pub decisions: Vec<(Position, Decision)>,
    /// Positions of the wire events.
    pub wire: Vec<Position>,
    /// The server's certificate as the client saw it.
    pub certificate: Option<(Position, Vec<CertificateFacts>, Verification)>,
}

/// One row of the two columns.
#[derive(Clone, Debug)]
pub enum Row {
    /// A line that one end sent and (usually) the other received.
    Said {
        /// When it was sent.
        sent: Option<Position>,
        /// When it was received.
        received: Option<Position>,
        /// Who sent it.
        from: End,
        /// Whether it went inside TLS.
        protected: bool,
        /// The line, safe to show.
        text: String,
        /// Whether it is a reply of class 4 or 5.
        refusal: bool,
    },
    /// The TLS boundary.
    Tls(TlsView),
    /// The connection fell silent, both ends waiting.
    Stalled(Position),
    /// One end hung up.
    Closed(Position, End),
}

/// The TLS handshake as a row.
#[derive(Clone, Debug)]
pub struct TlsView {
    /// When it was first known.
    pub position: Position,
    /// Version and cipher, if it succeeded.
    pub established: Option<(String, String)>,
    /// Why not, if it failed, and at which end.
    pub failed: Option<(End, String)>,
}

impl Row {
    /// The first position at which the row is there at all.
    pub fn position(&self) -> Position {
        match self {
            Self::Said { sent, received, .. } => sent.or(*received).unwrap_or_default(),
            Self::Tls(tls) => tls.position,
            Self::Stalled(position) | Self::Closed(position, _) => *position,
        }
    }

    /// The way of this row, seen from `end`.
    pub fn way(&self, end: End) -> Option<Way> {
        match self {
            Self::Said { from, .. } if *from == end => Some(Way::Sent),
            Self::Said { .. } => Some(Way::Received),
            _ => None,
        }
    }
}
