//! The connection that a call came over.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{Notify, watch};

/// The peer of a call and the state of its connection. The server puts it among the extensions of
/// every request.
#[derive(Clone, Debug)]
pub(crate) struct PeerConnection {
    /// Address of the peer.
    pub(crate) address: SocketAddr,
    /// True once the connection is about to close. A stream without an end of its own ends then.
    pub(crate) closing: watch::Receiver<bool>,
    /// Notified when a response is past its deadline and the peer has stopped reading: the
    /// connection is then closed, as one that is too old.
    pub(crate) stalled: Arc<Notify>,
}
