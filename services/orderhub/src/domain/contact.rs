//! Who an order is for.

use super::pricing::Refusal;

/// Longest name that is called across a counter, in characters.
pub const LONGEST_NAME: usize = 80;

/// The name to call out and the number for questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Called out at the counter.
    pub name: String,
    /// For questions about this order.
    pub phone: String,
    /// For the receipt; may be missing.
    pub email: Option<String>,
}

impl Contact {
    /// Without the space around what was typed; an empty address is none.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let email = self.email.map(|email| email.trim().to_owned());
        Self {
            name: self.name.trim().to_owned(),
            phone: self.phone.trim().to_owned(),
            email: email.filter(|email| !email.is_empty()),
        }
    }

    /// What is wrong with it, with pointers into an order's body.
    #[must_use]
    pub fn refusals(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut refuse = |code, field: &str, sentence: &str| {
            let pointer = format!("/contact/{field}");
            refusals.push(Refusal { code, pointer, sentence: sentence.to_owned() });
        };
        let printable = |text: &str| !text.chars().any(char::is_control);
        let name = self.name.trim();
        if name.is_empty() {
            refuse("name_missing", "name", "Tell us a name to call out at the counter.");
        } else if name.chars().count() > LONGEST_NAME || !printable(name) {
            refuse("name_invalid", "name", "A name has at most 80 characters, on one line.");
        }
        if !is_phone(self.phone.trim()) {
            let words = "Give a telephone number with 5 to 15 digits, such as +43 662 5550100.";
            refuse("phone_invalid", "phone", words);
        }
        if let Some(email) = self.email.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let parts = email.split_once('@');
            let whole = parts.is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
            if !whole || email.len() > 254 || email.contains(char::is_whitespace) {
                refuse("email_invalid", "email", "An e-mail address looks like ana@example.org.");
            }
        }
        refusals
    }
}

/// Digits with what people write between them (ITU-T E.164 allows 15).
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let allowed = |c: char| c.is_ascii_digit() || " +-/().".contains(c);
    (5..=15).contains(&digits) && text.len() <= 40 && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(name: &str, phone: &str, email: Option<&str>) -> Vec<&'static str> {
        let email = email.map(ToOwned::to_owned);
        let contact = Contact { name: name.to_owned(), phone: phone.to_owned(), email };
        contact.refusals().into_iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn people_write_numbers_in_many_ways() {
        for phone in ["+43 662 5550100", "0662/555-01-00", "(0662) 5550100", "55501"] {
            assert!(codes("Ana", phone, None).is_empty(), "{phone}");
        }
        for phone in ["", "call me", "1234", "1234567890123456", "+43 662 555\n0100"] {
            assert_eq!(codes("Ana", phone, None), ["phone_invalid"], "{phone}");
        }
    }

    #[test]
    fn a_name_is_needed_and_an_address_is_not() {
        assert_eq!(codes("  ", "+43 662 5550100", Some("")), ["name_missing"]);
        assert_eq!(
            codes("Ana\nLupo", "+43 662 5550100", Some("ana@")),
            ["name_invalid", "email_invalid"]
        );
        assert!(codes("Ana", "+43 662 5550100", Some("ana@demo.test")).is_empty());
    }
}
