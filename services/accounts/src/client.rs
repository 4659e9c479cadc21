//! Where a request comes from: its network address, for throttling, and its user agent, for the list
//! of sessions.

use crate::{
    app::App,
    domain::method::Method,
    usecases::{Entry, Guess},
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use kernel::ids::PersonId;
use std::{convert::Infallible, net::IpAddr};

/// The other end.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// Nothing when it is not to be throttled.
    pub(crate) address: Option<String>,
    /// The same, for the person's own list of sessions.
    pub(crate) network: String,
    pub(crate) user_agent: String,
}

impl Client {
    /// This client where attempts at the account of `email` are counted.
    pub(crate) fn guess(&self, email: &str) -> Guess {
        Guess { email: email.to_owned(), address: self.address.clone() }
    }

    /// This client as the person who proved by `methods` to be `person`.
    pub(crate) fn entry(&self, person: PersonId, methods: &[Method]) -> Entry {
        Entry {
            person,
            methods: methods.to_vec(),
            user_agent: self.user_agent.clone(),
            network: self.network.clone(),
            guess: None,
            password_set_at: None,
        }
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = agent.unwrap_or_default().to_owned();
        let settings = &app.context.settings;
        let address =
            runtime::client_address(&parts.headers, &parts.extensions, &settings.trusted_proxies);
        let exempt = !settings.throttle_loopback && address.is_some_and(|ip| ip.is_loopback());
        let network = address.map_or_else(|| "unknown".to_owned(), network);
        let address = (!exempt).then(|| network.clone());
        Ok(Self { address, network, user_agent })
    }
}

/// What one subscriber holds: an IPv4 address, or the first 64 bits of an IPv6 one.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_household_is_one_network_however_many_addresses_it_has() {
        let network = |text: &str| super::network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
