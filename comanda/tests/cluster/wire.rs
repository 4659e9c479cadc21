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
    /// Lays one, whole, from `port` of this machine to the broker's address.
    pub(crate) fn lay(port: u16, broker: SocketAddr) -> Self {
        let (whole, state) = watch::channel(true);
        tokio::spawn(carry(port, broker, state));
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

/// Listens while it is whole: somebody who calls a broken one is refused, as by a broker that is away.
async fn carry(port: u16, broker: SocketAddr, mut state: watch::Receiver<bool>) {
    while state.wait_for(|whole| *whole).await.is_ok() {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let mut cut = state.clone();
        let accepting = async {
            while let Ok((from, _)) = listener.accept().await {
                tokio::spawn(connect(from, broker, state.clone()));
            }
        };
        tokio::select! {
            () = accepting => {}
            _ = cut.wait_for(|whole| !whole) => {}
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
