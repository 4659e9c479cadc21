//! The four hosts and the addresses between them, and which address a person may be sent back to.

use crate::assets::Source;
use std::sync::Arc;

/// One of the four servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Marketing pages.
    Landing,
    /// Where customers order.
    Orderhub,
    /// Where kitchens work.
    Prepstation,
    /// Where people sign in.
    Accounts,
}

impl Service {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Landing, Self::Orderhub, Self::Prepstation, Self::Accounts];

    /// The name: also the first label of the host.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Landing => "landing",
            Self::Orderhub => "orderhub",
            Self::Prepstation => "prepstation",
            Self::Accounts => "accounts",
        }
    }
}

/// The origins (`scheme://host[:port]`) of the four services. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Origins(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    https: bool,
    domain: String,
    origins: [String; 4],
}

impl Origins {
    /// Origins under `domain`. `port` is left out when it is the default of the scheme.
    #[must_use]
    pub fn new(https: bool, domain: &str, port: Option<u16>) -> Self {
        let domain = domain.to_ascii_lowercase();
        let (scheme, default_port) = if https { ("https", 443) } else { ("http", 80) };
        let port = port.filter(|port| *port != default_port);
        let suffix = port.map_or(String::new(), |port| format!(":{port}"));
        let origins = Service::ALL.map(|s| format!("{scheme}://{}.{domain}{suffix}", s.name()));
        Self(Arc::new(Inner { https, domain, origins }))
    }

    /// Whether the public scheme is https.
    #[must_use]
    pub fn https(&self) -> bool {
        self.0.https
    }

    /// The domain that all hosts share, e.g. `comanda.localhost`.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.0.domain
    }

    /// The origin of `service`, without a trailing slash.
    #[must_use]
    pub fn of(&self, service: Service) -> &str {
        &self.0.origins[service as usize]
    }

    /// The address of `path` (which starts with `/`) at `service`.
    #[must_use]
    pub fn url(&self, service: Service, path: &str) -> String {
        format!("{}{path}", self.of(service))
    }

    /// All four origins.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.origins.iter().map(String::as_str)
    }

    /// `url` when it is an absolute address on exactly one of our origins, otherwise nothing.
    /// Anything that browsers and servers might read differently (backslashes, control
    /// characters, user names, other case) is refused.
    #[must_use]
    pub fn safe_return<'u>(&self, url: &'u str) -> Option<&'u str> {
        if url.len() > 2048 || !url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
            return None;
        }
        let rest = self.all().find_map(|origin| url.strip_prefix(origin))?;
        matches!(rest.as_bytes().first(), None | Some(b'/' | b'?' | b'#')).then_some(url)
    }
}

/// Which service a page belongs to, and where the others are. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Site {
    /// The service that answers.
    pub service: Service,
    /// The hosts.
    pub origins: Origins,
    /// Pages reload by themselves when the process was replaced or an asset was changed: while they
    /// are being written.
    pub reloads: bool,
    /// Where assets come from.
    pub assets: Source,
}

impl Site {
    /// A site of `service`.
    #[must_use]
    pub fn new(service: Service, origins: Origins) -> Self {
        Self { service, origins, reloads: false, assets: Source::of_this_build() }
    }

    /// Whether pages reload by themselves when the process was replaced or an asset was changed.
    #[must_use]
    pub fn reloading(self, reloads: bool) -> Self {
        Self { reloads, ..self }
    }

    /// The address of `path` at another service.
    #[must_use]
    pub fn url(&self, service: Service, path: &str) -> String {
        self.origins.url(service, path)
    }

    /// This service's own origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.origins.of(self.service)
    }
}
