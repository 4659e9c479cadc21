//! What a mail server answers, as numbers: its reply code (RFC 5321, 4.2) and, where it says more, an
//! enhanced status (RFC 3463).

use std::fmt;

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    status: Option<[u16; 3]>,
}

impl Reply {
    /// Reads the status at the beginning of what follows the code.
    pub(crate) fn read(code: u16, words: &str) -> Self {
        let first = words.split_whitespace().next().unwrap_or_default();
        let numbers: Option<Vec<u16>> = first.split('.').map(|part| part.parse().ok()).collect();
        Self { code, status: numbers.and_then(|numbers| numbers.try_into().ok()) }
    }

    /// Whether nobody can ever be reached there: no such address (X.1, but for those about the
    /// sender's) or a letter box that takes nothing (X.2), for good (5).
    pub(crate) fn is_about_the_recipient(self) -> bool {
        match self.status {
            Some([class, subject, detail]) => {
                let of_the_sender = subject == 1 && matches!(detail, 7 | 8);
                class == 5 && matches!(subject, 1 | 2) && !of_the_sender
            }
            // A bare 550 is also said to a sender who may not relay (Exim), a bare 553 too (qmail).
            None => false,
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        match self.status {
            Some([class, subject, detail]) => write!(f, " {class}.{subject}.{detail}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    #[test]
    fn a_refusal_is_numbers_and_none_of_the_words() {
        let said = |words| Reply::read(550, words).to_string();
        assert_eq!(said("5.1.1 <ana@demo.test>: Recipient address rejected"), "550 5.1.1");
        assert_eq!(said("<ana@demo.test> unknown"), "550");
        assert_eq!(said("5.1.1.1 x"), "550");
        assert_eq!(said(""), "550");
    }

    #[test]
    fn only_what_is_wrong_with_the_recipient_is_wrong_for_good() {
        for (code, words, hopeless) in [
            (550, "5.1.1 no such user", true),
            (553, "5.1.3 bad address", true),
            (552, "5.2.2 mailbox full", true),
            (550, "no such user", false),
            (553, "sorry, that domain is not ours (#5.7.1)", false),
            (553, "5.1.8 bad sender", false),
            (554, "5.7.1 you are on a list", false),
            (535, "5.7.8 wrong password", false),
            (530, "sign in first", false),
            (554, "no", false),
            (451, "4.7.1 come back later", false),
            (450, "4.2.1 busy", false),
        ] {
            assert_eq!(
                Reply::read(code, words).is_about_the_recipient(),
                hopeless,
                "{code} {words}"
            );
        }
    }
}
