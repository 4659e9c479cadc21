//! A page rendered once and kept in three forms (plain, brotli, gzip), answered by what the client
//! accepts. Orderhub's page cache holds these.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use sha2::{Digest, Sha256};
use std::io::Write;

/// Brotli level for pages compressed while running: most of the gain for a few milliseconds.
const BROTLI_LEVEL: u32 = 5;

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// `br`
    Brotli,
    /// `gzip`
    Gzip,
}

impl Encoding {
    /// The best of what `Accept-Encoding` allows (RFC 9110, 12.5.3): brotli, then gzip, then plain.
    /// Weights matter only as "not at all" (`q=0`).
    #[must_use]
    pub fn choose(headers: &HeaderMap) -> Self {
        let (mut br, mut gzip, mut any) = (None, None, None);
        let values = headers.get_all(header::ACCEPT_ENCODING).iter();
        for part in values.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')) {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let allowed = !refused(parameters);
            match name.trim() {
                name if name.eq_ignore_ascii_case("br") => br = Some(allowed),
                name if name.eq_ignore_ascii_case("gzip") => gzip = Some(allowed),
                "*" => any = Some(allowed),
                _ => {}
            }
        }
        if br.or(any).unwrap_or(false) {
            Self::Brotli
        } else if gzip.or(any).unwrap_or(false) {
            Self::Gzip
        } else {
            Self::Identity
        }
    }
}

fn refused(parameters: &str) -> bool {
    let weight = parameters.trim().strip_prefix("q=").or(parameters.trim().strip_prefix("Q="));
    weight.is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0))
}

/// Bytes in three forms with a validator. Cloning shares the bytes.
#[derive(Debug, Clone)]
pub struct Precompressed {
    identity: Bytes,
    br: Bytes,
    gzip: Bytes,
    etag: HeaderValue,
    kind: HeaderValue,
    cache: HeaderValue,
}

impl Precompressed {
    /// Compresses `bytes`, an HTML page that caches must ask about each time (`no-cache`).
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let identity = bytes.into();
        let hash: String =
            Sha256::digest(&identity).iter().take(9).map(|b| format!("{b:02x}")).collect();
        // Weak, because the three forms share it.
        let etag = HeaderValue::from_str(&format!("W/\"{hash}\""));
        Self {
            br: brotli(&identity),
            gzip: gzip(&identity),
            identity,
            etag: etag.unwrap_or(HeaderValue::from_static("W/\"0\"")),
            kind: HeaderValue::from_static("text/html; charset=utf-8"),
            cache: HeaderValue::from_static("no-cache"),
        }
    }

    /// Another content type than HTML.
    #[must_use]
    pub fn content_type(mut self, kind: &'static str) -> Self {
        self.kind = HeaderValue::from_static(kind);
        self
    }

    /// Another `Cache-Control` than `no-cache`.
    #[must_use]
    pub fn cache_control(mut self, value: &'static str) -> Self {
        self.cache = HeaderValue::from_static(value);
        self
    }

    /// The bytes as rendered.
    #[must_use]
    pub fn identity(&self) -> &Bytes {
        &self.identity
    }

    /// Bytes held in memory, all three forms together.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.identity.len() + self.br.len() + self.gzip.len()
    }

    /// The answer to a request with these headers: 200 in the best form, or 304.
    #[must_use]
    pub fn respond(&self, headers: &HeaderMap) -> Response {
        let mut answer = Response::new(Body::empty());
        let fields = answer.headers_mut();
        fields.insert(header::ETAG, self.etag.clone());
        fields.insert(header::CACHE_CONTROL, self.cache.clone());
        fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if self.is_current(headers) {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return answer;
        }
        fields.insert(header::CONTENT_TYPE, self.kind.clone());
        let (bytes, encoding) = match Encoding::choose(headers) {
            Encoding::Brotli => (&self.br, Some("br")),
            Encoding::Gzip => (&self.gzip, Some("gzip")),
            Encoding::Identity => (&self.identity, None),
        };
        if let Some(encoding) = encoding {
            fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        *answer.body_mut() = Body::from(bytes.clone());
        answer
    }

    fn is_current(&self, headers: &HeaderMap) -> bool {
        let tags = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or("");
        let ours = self.etag.to_str().unwrap_or("").trim_start_matches("W/");
        tags.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == ours || t == "*")
    }
}

fn brotli(bytes: &[u8]) -> Bytes {
    let mut compressed = Vec::with_capacity(bytes.len() / 4);
    {
        let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, BROTLI_LEVEL, 22);
        // Writing to memory does not fail.
        let _ = writer.write_all(bytes);
    }
    compressed.into()
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().into()
}
