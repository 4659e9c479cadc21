//! Errors and addresses as people and logs read them.

/// An error with its causes, in one line, without saying a thing twice.
#[must_use]
pub fn in_words(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut words: Vec<String> = causes.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}

/// A URL, or what was meant to be one, without what signs in there: for logs and messages. Rather
/// hides too much: all before the last `@`, and the query, where drivers take passwords, too.
#[must_use]
pub fn without_password(url: &str) -> String {
    let (scheme, rest) = match url.find("://") {
        Some(at) => url.split_at(at + 3),
        None => ("", url),
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let rest = rest.split_once('?').map_or(rest, |(place, _)| place);
    // A driver's other form: `host=db password=…`.
    let words = rest.to_ascii_lowercase().find("password");
    let rest = words.and_then(|at| rest.get(..at)).unwrap_or(rest);
    format!("{scheme}{rest}")
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn an_address_is_shown_without_what_signs_in() {
        for (url, shown) in [
            ("postgres://u:secret@h:5432/town?sslmode=disable", "postgres://h:5432/town"),
            ("postgres://h/town?user=u&password=secret", "postgres://h/town"),
            ("nats://me:sec@ret?/x@broker:4222/lunch", "nats://broker:4222/lunch"),
            ("amqp:/me:secret@broker", "broker"),
            ("host=db user=u password=secret", "host=db user=u "),
            ("sqlite:data", "sqlite:data"),
            ("embedded:", "embedded:"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
