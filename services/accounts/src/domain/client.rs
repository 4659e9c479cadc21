//! Apps that people sign in to: which addresses they may be sent back to.

/// The most addresses of an app.
pub(crate) const URIS_MAX: usize = 20;
/// The longest address.
const URI_MAX: usize = 512;

/// What is wrong with an address to come back to, as a sentence. Compared is byte by byte (RFC 9700,
/// 2.1), so whatever browsers and servers might read differently is not taken in.
pub(crate) fn redirect_uri_problem(uri: &str) -> Option<&'static str> {
    if uri.len() > URI_MAX {
        return Some("An address has at most 512 characters.");
    }
    let odd = |b: u8| {
        !b.is_ascii_graphic()
            || matches!(
                b,
                b'\\'
                    | b'"'
                    | b'<'
                    | b'>'
                    | b'`'
                    | b'*'
                    | b'{'
                    | b'}'
                    | b'^'
                    | b'|'
                    | b';'
                    | b','
                    | b'\''
            )
    };
    if uri.bytes().any(odd) {
        return Some("An address has no spaces, stars, quotes or characters beyond ASCII.");
    }
    if uri.contains('#') {
        return Some("An address has no part behind #.");
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Some("An address begins with https://, or with an app's own scheme.");
    };
    match scheme {
        "https" => web_problem(rest),
        "http" if is_this_machine(rest) => web_problem(rest),
        "http" => Some("Only this machine (localhost, 127.0.0.1 or [::1]) is reached by http."),
        _ => scheme_problem(scheme),
    }
}

/// Whether any program on the person's device may take what is sent there: an app's own scheme, or a
/// port of the machine itself (RFC 8252, 8.6).
pub(crate) fn is_of_anybody(redirect_uri: &str) -> bool {
    !redirect_uri.starts_with("https:")
}

fn web_problem(rest: &str) -> Option<&'static str> {
    let host = host(rest);
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b);
    if !rest.starts_with("//") || host.is_empty() || !host.bytes().all(plain) {
        return Some("The host of an address is written small, without a user's name.");
    }
    None
}

fn host(rest: &str) -> &str {
    let rest = rest.trim_start_matches("//");
    rest.split(['/', '?']).next().unwrap_or_default()
}

fn is_this_machine(rest: &str) -> bool {
    let host = host(rest);
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost")
}

/// Of an app on a telephone: a name that it owns, turned around (RFC 8252, 7.1).
fn scheme_problem(scheme: &str) -> Option<&'static str> {
    let fine = scheme.contains('.')
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-+".contains(&b));
    (!fine).then_some(
        "An app's own scheme is its domain turned around, such as com.example.app:/signed-in.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_everybody_reads_alike_are_taken() {
        for uri in [
            "https://app.example.com/callback",
            "https://app.example.com:8443/a/b?c=d",
            "https://app.example.com",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:9/cb",
            "http://app.comanda.localhost:8080/cb",
            "com.example.app:/signed-in",
        ] {
            assert_eq!(redirect_uri_problem(uri), None, "{uri}");
            assert_eq!(is_of_anybody(uri), !uri.starts_with("https://app.example.com"), "{uri}");
        }
    }

    #[test]
    fn addresses_that_could_lead_elsewhere_are_not() {
        for uri in [
            "",
            "https",
            "https:",
            "https://",
            "https:///cb",
            "//app.example.com/cb",
            "/cb",
            "http://app.example.com/cb",
            "http://localhost.evil.test/cb",
            "https://*.example.com/cb",
            "https://user@app.example.com/cb",
            "https://APP.example.com/cb",
            "https://app.example.com/cb#x",
            "https://app.example.com\\@evil.test/",
            "https://app.example.com/ cb",
            "https://äpp.example.com/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "blob:x",
            "https://a.test/\r\nlocation: x",
            "myapp:/cb",
        ] {
            assert!(redirect_uri_problem(uri).is_some(), "{uri}");
        }
        assert!(redirect_uri_problem(&format!("https://a.test/{}", "a".repeat(600))).is_some());
    }
}
