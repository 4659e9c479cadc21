//! `Set-Cookie` values with the prefixes that bind them (RFC 6265bis): `__Host-` for one host,
//! `__Secure-` for the domain. Plain http (localhost) cannot use prefixes, so names change with it.

use axum::http::{HeaderMap, HeaderValue, header};
use std::time::Duration;

/// Who receives the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'a> {
    /// This host only: prefix `__Host-`.
    Host,
    /// All hosts of this domain: prefix `__Secure-`.
    Domain(&'a str),
}

/// A cookie's fixed part: always HttpOnly, `SameSite=Lax`, `Path=/`.
#[derive(Debug, Clone, Copy)]
pub struct Cookie<'a> {
    /// The name without its prefix, e.g. `comanda`.
    pub name: &'a str,
    /// Who receives it.
    pub reach: Reach<'a>,
    /// Whether the public scheme is https.
    pub https: bool,
}

impl Cookie<'_> {
    /// The name on the wire, with the prefix that https allows.
    #[must_use]
    pub fn full_name(&self) -> String {
        let prefix = match (self.https, self.reach) {
            (false, _) => "",
            (true, Reach::Host) => "__Host-",
            (true, Reach::Domain(_)) => "__Secure-",
        };
        format!("{prefix}{}", self.name)
    }

    /// A `Set-Cookie` value. Without `life` it ends with the browser's session.
    /// Nothing when `value` holds a byte that a cookie may not carry.
    #[must_use]
    pub fn set(&self, value: &str, life: Option<Duration>) -> Option<HeaderValue> {
        let legal = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';' | b'\\');
        if !value.bytes().all(legal) {
            return None;
        }
        let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", self.full_name());
        if let Reach::Domain(domain) = self.reach {
            text.push_str("; Domain=");
            text.push_str(domain);
        }
        if self.https {
            text.push_str("; Secure");
        }
        if let Some(life) = life {
            text.push_str(&format!("; Max-Age={}", life.as_secs()));
        }
        HeaderValue::from_str(&text).ok()
    }

    /// A `Set-Cookie` value that removes it.
    #[must_use]
    pub fn clear(&self) -> Option<HeaderValue> {
        self.set("", Some(Duration::ZERO))
    }

    /// The value a request carries. A name sent twice is refused: a sibling host may have
    /// tossed the second one.
    #[must_use]
    pub fn read<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let name = self.full_name();
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        let mut found = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name);
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    }
}
