//! Which addresses may be called.

/// Whether nobody on the way can read or change what is said there: HTTPS, or this machine itself.
#[must_use]
pub fn is_safe_way(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let own = url.host_str().is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost"
            || host.ends_with(".localhost")
            || address.is_ok_and(|address| address.is_loopback())
    });
    let nobody = url.username().is_empty() && url.password().is_none();
    nobody && url.fragment().is_none() && (url.scheme() == "https" || url.scheme() == "http" && own)
}

#[cfg(test)]
mod tests {
    use super::is_safe_way;

    #[test]
    fn https_goes_anywhere_and_http_to_this_machine_alone() {
        for safe in [
            "https://accounts.google.com",
            "https://keycloak.test:8443/realms/town",
            "http://localhost:9000",
            "http://op.localhost",
            "http://127.0.0.1:9/x?y=z",
            "http://[::1]:9",
        ] {
            assert!(is_safe_way(safe), "{safe}");
        }
        for unsafe_one in [
            "",
            "http://far.test",
            "http://localhost.far.test",
            "http://127.0.0.1.far.test",
            "ftp://localhost",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://me:secret@far.test",
            "https://far.test/#here",
            "//far.test",
        ] {
            assert!(!is_safe_way(unsafe_one), "{unsafe_one}");
        }
    }
}
