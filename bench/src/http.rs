//! A small HTTP/1.1 client on one kept connection: it writes prepared bytes and reads answers by
//! their `Content-Length`, so that the load it makes costs little beside the server.

use crate::Outcome;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Longer answers than this are no part of any benchmark.
const MOST: usize = 8 << 20;

/// One kept connection.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order of arrival.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, when the status is as expected.
    pub(crate) fn json(&self, expected: u16) -> Outcome<Value> {
        if self.status != expected {
            let said = String::from_utf8_lossy(&self.body);
            return Err(format!("status {} instead of {expected}: {said}", self.status));
        }
        serde_json::from_slice(&self.body).map_err(|e| format!("not JSON: {e}"))
    }
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Outcome<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = stream.map_err(|e| format!("port {port}: {e}"))?;
        stream.set_nodelay(true).map_err(|e| format!("port {port}: {e}"))?;
        Ok(Self { stream, read: Vec::with_capacity(16 << 10) })
    }

    /// Sends one request and waits for its answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Outcome<Answer> {
        let broken = |e: std::io::Error| format!("the connection broke: {e}");
        self.stream.write_all(request).await.map_err(broken)?;
        self.read.clear();
        let head_end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let (status, headers) = head(&self.read[..head_end])?;
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length: usize =
            length.and_then(|(_, value)| value.parse().ok()).ok_or("no Content-Length")?;
        while self.read.len() < head_end + length {
            self.more().await?;
        }
        let body = self.read[head_end..head_end + length].to_vec();
        Ok(Answer { status, headers, body })
    }

    async fn more(&mut self) -> Outcome<()> {
        let broken = |e: std::io::Error| format!("the connection broke: {e}");
        let count = self.stream.read_buf(&mut self.read).await.map_err(broken)?;
        if count == 0 || self.read.len() > MOST {
            return Err("the server closed the connection".to_owned());
        }
        Ok(())
    }
}

fn head(bytes: &[u8]) -> Outcome<(u16, Vec<(String, String)>)> {
    let text = std::str::from_utf8(bytes).map_err(|e| format!("headers: {e}"))?;
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Ok((status.ok_or("no status line")?, headers.collect()))
}

/// The bytes of a GET.
pub(crate) fn get(host: &str, path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n").into_bytes()
}

/// The bytes of a POST of JSON, with an idempotency key.
pub(crate) fn post(host: &str, path: &str, key: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_are_read_by_their_length_even_in_pieces() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            for body in ["[1]", "[22]"] {
                let mut request = [0; 512];
                let count = socket.read(&mut request).await.unwrap();
                assert!(request[..count].starts_with(b"GET /x HTTP/1.1\r\nHost: h\r\n"));
                let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                socket.write_all(text.as_bytes()).await.unwrap();
                socket.flush().await.unwrap();
                socket.write_all(body.as_bytes()).await.unwrap();
            }
        };
        let client = async {
            let mut connection = Connection::open(port).await.unwrap();
            for expected in [1, 22] {
                let answer = connection.send(&get("h", "/x", "")).await.unwrap();
                assert_eq!(answer.json(200).unwrap()[0], expected);
            }
        };
        tokio::join!(server, client);
    }
}
