//! Typed ids: UUIDv7 inside, shown with a prefix (`ord_018f…`), so that an order's id can never
//! be passed for a ticket's.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id such as {prefix}_ followed by 32 hexadecimal digits")]
pub struct ParseIdError {
    prefix: &'static str,
}

/// What all typed ids have in common.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + fmt::Display + fmt::Debug + FromStr {
    /// The text before the underscore.
    const PREFIX: &'static str;
    /// Wraps a raw UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The raw UUID, for storage.
    fn uuid(self) -> Uuid;
    /// An id derived from a natural key, the same each time: imports may run again without doubling.
    fn from_natural_key(key: &str) -> Self {
        Self::from_uuid(Uuid::new_v5(
            &Uuid::NAMESPACE_OID,
            format!("{}:{key}", Self::PREFIX).as_bytes(),
        ))
    }
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, ParseIdError> {
    let refuse = ParseIdError { prefix };
    let hex = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
    let hex = hex.filter(|hex| hex.len() == 32 && !hex.bytes().any(|b| b.is_ascii_uppercase()));
    hex.and_then(|hex| Uuid::try_parse(hex).ok()).ok_or(refuse)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse(text, $prefix).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A restaurant.
    RestaurantId = "rst";
    /// A customer's order, owned by orderhub.
    OrderId = "ord";
    /// One line of an order.
    LineId = "lin";
    /// The kitchen's view of an order, owned by prepstation.
    TicketId = "tkt";
    /// A person with a login.
    PersonId = "per";
    /// One sign-in of a person on one device.
    SessionId = "ses";
    /// A passkey of a person.
    PasskeyId = "pky";
    /// A browser's cart.
    CartId = "crt";
    /// A section of a menu.
    SectionId = "sec";
    /// A dish or drink on a menu.
    ItemId = "itm";
    /// A group of options of an item (a modifier group).
    OptionGroupId = "grp";
    /// One option of a group (a modifier).
    OptionId = "opt";
    /// An event between services: the outbox row, the CloudEvents id and the inbox key.
    EventId = "evt";
    /// A restaurant's application to join.
    ApplicationId = "app";
    /// A message sent by the contact form.
    ContactId = "msg";
    /// A registered webhook endpoint.
    WebhookId = "whk";
    /// An API key of a restaurant.
    ApiKeyId = "key";
    /// An app that people sign in to with their account.
    ClientId = "cli";
    /// One sign-in at such an app, and all that follows from it.
    GrantId = "gra";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        let id = OrderId::from_natural_key("one");
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        assert_eq!(
            serde_json::from_str::<OrderId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
    }

    #[test]
    fn other_kinds_and_other_spellings_are_refused() {
        let id = OrderId::from_natural_key("one").to_string();
        assert!(id.parse::<TicketId>().is_err());
        for bad in [
            "",
            "ord",
            "ord_",
            "ord_1",
            &id.to_uppercase(),
            &id.replace('_', "-"),
            &format!("{id}0"),
        ] {
            assert!(bad.parse::<OrderId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn natural_keys_do_not_meet_across_kinds() {
        assert_ne!(OrderId::from_natural_key("a").uuid(), TicketId::from_natural_key("a").uuid());
    }
}
