//! The wire to a broker that would forget everything if it were killed, as emulators of AWS do: it is
//! cut instead. Whatever is under way is lost, and nobody gets through until it is mended.

use std::net::SocketAddr;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// All connections of the town to its broker.
#[derive(Debug)]
pub(crate) struct Wire {
    whole: watch::Sender<bool>,
    port: u16,
}

impl Wire {
    /// Lays one, whole, from a port of this machine to the broker's address.
    pub(crate) fn lay(broker: SocketAddr) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let (whole, state) = watch::channel(true);
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(carry(TcpListener::from_std(listener).unwrap(), broker, state));
        Self { whole, port }
    }

    /// A broker's URL, with this end of the wire for its address.
    pub(crate) fn in_front_of(&self, url: &str, broker: SocketAddr) -> String {
        url.replace(&broker.to_string(), &format!("127.0.0.1:{}", self.port))
    }

    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }
}

/// Somebody who calls a cut one is hung up on. The port stays ours: another program could take it.
async fn carry(listener: TcpListener, broker: SocketAddr, state: watch::Receiver<bool>) {
    while let Ok((from, _)) = listener.accept().await {
        if *state.borrow() {
            tokio::spawn(connect(from, broker, state.clone()));
        }
    }
}

async fn connect(mut from: TcpStream, broker: SocketAddr, mut state: watch::Receiver<bool>) {
    let Ok(mut to) = TcpStream::connect(broker).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut from, &mut to) => {}
        _ = state.wait_for(|whole| !whole) => {}
    }
}
