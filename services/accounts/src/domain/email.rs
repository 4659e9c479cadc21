//! E-mail addresses, as far as a rule can tell: only a mail that arrives proves one.

/// The longest address that mail can reach (RFC 3696, erratum 1690).
const MAX: usize = 254;

/// An address that could be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// Reads an address as typed. Nothing when no mail could ever reach it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let sound = |c: char| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"' | '\\')
        };
        let labels = domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
        let fine = text.len() <= MAX
            && (1..=64).contains(&local.len())
            && domain.contains('.')
            && labels
            && !local.contains('@')
            && text.chars().all(sound);
        fine.then(|| Self(text.to_owned()))
    }

    /// As typed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As compared: people do not know that the part before the `@` may differ by case.
    pub(crate) fn key(&self) -> String {
        key(&self.0)
    }
}

/// How any typed text is compared with addresses.
pub(crate) fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn what_mail_could_reach_is_taken_as_typed_and_compared_without_case() {
        for good in
            ["ana@demo.test", " Ana.Huber+food@Sub.Example.COM ", "o'brien@x.io", "jörg@münchen.de"]
        {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        assert_eq!(Email::parse(" Ana@Demo.Test").unwrap().as_str(), "Ana@Demo.Test");
        assert_eq!(Email::parse("Ana@Demo.Test").unwrap().key(), "ana@demo.test");
    }

    #[test]
    fn what_mail_could_never_reach_is_refused() {
        let long = format!("{}@demo.test", "a".repeat(65));
        let longer = format!("a@{}.test", "a".repeat(260));
        for bad in [
            "",
            "@",
            "ana",
            "ana@",
            "@demo.test",
            "a b@demo.test",
            "a@b",
            "a@b..c",
            "a@@b.c",
            "a@.b",
            "<a>@b.c",
            "a@-b.c",
            "a@b.c\n.d",
            &long,
            &longer,
        ] {
            assert!(Email::parse(bad).is_none(), "{bad:?}");
        }
    }
}
