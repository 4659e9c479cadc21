//! Where a request comes from, past the proxies that are ours.

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The address that a request came from: its peer or, when that is a proxy of ours (on this machine
/// or in `trusted`), the last address of `X-Forwarded-For` that is none. What stands left of that
/// anybody may have written.
#[must_use]
pub fn client_address(
    headers: &HeaderMap,
    extensions: &Extensions,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    let forwarded = headers.get_all("x-forwarded-for").iter().rev();
    let mut hops = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.rsplit(','))
        .map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    let mut address = peer.to_canonical();
    while is_ours(address, trusted) {
        match hops.next() {
            Some(hop) => address = hop.to_canonical(),
            None => break,
        }
    }
    Some(address)
}

/// What one subscriber holds, to count attempts by: an IPv4 address, or the first 64 bits of an IPv6
/// one.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn is_ours(address: IpAddr, trusted: &[IpNet]) -> bool {
    address.is_loopback() || trusted.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append("x-forwarded-for", list.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client_address(&headers, &extensions, &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_is_who_the_connection_says_whatever_the_header_says() {
        assert_eq!(address("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_of_ours_says_who_the_client_is_and_the_client_cannot_add_to_it() {
        assert_eq!(address("127.0.0.1", &["198.51.100.1"], &[]), "198.51.100.1");
        assert_eq!(
            address("10.0.0.7", &["1.2.3.4, 198.51.100.1"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(
            address("10.0.0.7", &["1.2.3.4, 198.51.100.1", "10.0.0.8"], &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(address("::ffff:10.0.0.7", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn a_household_is_one_network_however_many_addresses_it_has() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn without_a_readable_header_the_nearest_known_address_stands() {
        assert_eq!(address("127.0.0.1", &[], &[]), "127.0.0.1");
        assert_eq!(address("127.0.0.1", &["unknown"], &[]), "127.0.0.1");
    }
}
