//! Lengths of names and passwords. Passwords have no rules of composition (ASVS 5.0, 6.2.5).

/// The longest name, in characters.
pub(crate) const NAME_MAX: usize = 100;
/// The shortest password, in characters (ASVS 5.0, 6.2.1).
pub(crate) const PASSWORD_MIN: usize = 8;
/// The longest password, in characters: longer ones only cost time.
pub(crate) const PASSWORD_MAX: usize = 256;

/// A name without space around it; nothing when it is empty, too long or not printable.
pub(crate) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fine =
        !text.is_empty() && text.chars().count() <= NAME_MAX && !text.chars().any(char::is_control);
    fine.then(|| text.to_owned())
}

/// What is wrong with a new password, as a sentence.
pub(crate) fn password_problem(password: &str) -> Option<&'static str> {
    match password.chars().count() {
        0..PASSWORD_MIN => Some("Choose a password of at least 8 characters."),
        PASSWORD_MIN..=PASSWORD_MAX => None,
        _ => Some("Choose a password of at most 256 characters."),
    }
}

#[cfg(test)]
mod tests {
    use super::{name, password_problem};

    #[test]
    fn passwords_are_measured_in_characters_and_nothing_else() {
        assert!(password_problem("1234567").is_some());
        assert!(password_problem("        ").is_none());
        assert!(password_problem("ääääääää").is_none());
        assert!(password_problem(&"ä".repeat(256)).is_none());
        assert!(password_problem(&"a".repeat(257)).is_some());
    }

    #[test]
    fn a_name_is_what_people_call_themselves() {
        assert_eq!(name("  José María  ").as_deref(), Some("José María"));
        assert_eq!(name(" \n "), None);
        assert_eq!(name("a\u{7}b"), None);
        assert_eq!(name(&"a".repeat(101)), None);
    }
}
