//! One caller's line: a kept HTTP/2 connection to NGINX, or a new one to a replica each time.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode, Uri,
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, pki_types::ServerName};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream},
    sync::Mutex,
};
use tokio_rustls::TlsConnector;

/// NGINX takes a thousand requests on a connection and then ends it; a new one is made before that.
const MOST_REQUESTS: usize = 500;

/// What a connection runs over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Where a line leads.
pub(crate) enum Way {
    /// Through NGINX at this port, from an address of the caller's own.
    Nginx {
        /// Trusts the town.
        tls: Box<ClientConfig>,
        port: u16,
        from: IpAddr,
    },
    /// To the replica at this port.
    Replica(u16),
}

impl Way {
    /// The whole of 127.0.0.0/8 is this machine: caller `number` comes from an address of its own.
    pub(crate) fn through(tls: ClientConfig, port: u16, number: u32) -> Self {
        let from = Ipv4Addr::from_bits(Ipv4Addr::new(127, 0, 1, 0).to_bits() + number);
        Self::Nginx { tls: Box::new(tls), port, from: IpAddr::V4(from) }
    }
}

/// The bodies that callers send.
type Body = Full<Bytes>;

/// A line, and its connection when there is one.
pub(crate) struct Line {
    way: Way,
    /// By the service's host, for each has a connection of its own, with the requests so far.
    open: Mutex<Vec<(String, http2::SendRequest<Body>, usize)>>,
}

impl Line {
    pub(crate) fn new(way: Way) -> Self {
        Self { way, open: Mutex::default() }
    }

    /// Sends a request whose URI is a path, and reads the whole answer.
    ///
    /// # Errors
    /// In words.
    pub(crate) async fn exchange(
        &self,
        authority: &str,
        mut request: Request<Body>,
    ) -> Result<(StatusCode, String), String> {
        let answer = match self.way {
            Way::Nginx { .. } => {
                let url = format!("https://{authority}{}", request.uri());
                *request.uri_mut() = url.parse::<Uri>().unwrap();
                let mut connection = self.connection(authority).await?;
                connection.send_request(request).await
            }
            Way::Replica(_) => {
                request.headers_mut().insert("host", authority.parse().unwrap());
                let stream = self.connect(authority, b"http/1.1").await.map_err(words)?;
                let (mut sender, connection) =
                    http1::handshake(TokioIo::new(stream)).await.map_err(words)?;
                tokio::spawn(connection);
                sender.send_request(request).await
            }
        };
        read(answer.map_err(words)?).await
    }

    async fn connection(&self, authority: &str) -> Result<http2::SendRequest<Body>, String> {
        let mut open = self.open.lock().await;
        open.retain(|(_, connection, count)| !connection.is_closed() && *count < MOST_REQUESTS);
        if let Some((_, connection, count)) = open.iter_mut().find(|(to, ..)| to == authority) {
            *count += 1;
            return Ok(connection.clone());
        }
        let stream = TokioIo::new(self.connect(authority, b"h2").await.map_err(words)?);
        let (sender, connection) =
            http2::handshake(TokioExecutor::new(), stream).await.map_err(words)?;
        tokio::spawn(connection);
        open.push((authority.to_owned(), sender.clone(), 1));
        Ok(sender)
    }

    /// A new connection that speaks `protocol`.
    ///
    /// # Errors
    /// Nobody is there.
    pub(crate) async fn connect(
        &self,
        authority: &str,
        protocol: &[u8],
    ) -> std::io::Result<Box<dyn Stream>> {
        let (tls, port, from) = match &self.way {
            Way::Replica(port) => {
                return Ok(Box::new(TcpStream::connect(("127.0.0.1", *port)).await?));
            }
            Way::Nginx { tls, port, from } => (tls, port, from),
        };
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(*from, 0))?;
        let stream = socket.connect(SocketAddr::from(([127, 0, 0, 1], *port))).await?;
        stream.set_nodelay(true)?;
        let host = authority.split(':').next().unwrap().to_owned();
        let mut tls = (**tls).clone();
        tls.alpn_protocols = vec![protocol.to_vec()];
        let connector = TlsConnector::from(Arc::new(tls));
        let stream = connector.connect(ServerName::try_from(host).unwrap(), stream).await?;
        let spoken = stream.get_ref().1.alpn_protocol();
        assert_eq!(spoken, Some(protocol), "NGINX speaks what it is asked to");
        Ok(Box::new(stream))
    }
}

async fn read(answer: Response<Incoming>) -> Result<(StatusCode, String), String> {
    let status = answer.status();
    let body = answer.into_body().collect().await.map_err(words)?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

fn words(error: impl std::error::Error + 'static) -> String {
    kernel::in_words(&error)
}
