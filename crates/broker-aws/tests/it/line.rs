//! A line to the server that can be cut: both servers lose everything when they are killed.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Connections to the server under test.
pub(crate) struct Line {
    url: String,
    whole: watch::Sender<bool>,
    broken: Arc<AtomicU32>,
}

impl Line {
    /// A line to the server that a URL names, not yet whole.
    pub(crate) async fn lay(url: &str) -> Self {
        let (front, server) = url.split_once("http://").unwrap();
        let server = server.split('&').next().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let (whole, state) = watch::channel(false);
        let broken = Arc::new(AtomicU32::new(0));
        tokio::spawn(carry(listener, server.to_owned(), state, broken.clone()));
        Self { url: format!("{front}http://{here}"), whole, broken }
    }

    /// The URL of the server at the end of the line.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }

    /// Whatever is under way is lost, and nobody gets through.
    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// How many connections were cut.
    pub(crate) fn broken(&self) -> u32 {
        self.broken.load(Ordering::Relaxed)
    }
}

async fn carry(
    listener: TcpListener,
    server: String,
    state: watch::Receiver<bool>,
    broken: Arc<AtomicU32>,
) {
    while let Ok((mut from, _)) = listener.accept().await {
        if !*state.borrow() {
            continue;
        }
        let (server, mut state, broken) = (server.clone(), state.clone(), broken.clone());
        tokio::spawn(async move {
            let Ok(mut to) = TcpStream::connect(server).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut from, &mut to) => {}
                _ = state.wait_for(|whole| !whole) => { broken.fetch_add(1, Ordering::Relaxed); }
            }
        });
    }
}
