//! What a program with a key may do: only what its scopes name, only at the key's restaurant.

/// One thing that a program may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read the restaurant with its hours and pauses.
    RestaurantRead,
    /// Change the restaurant, its hours and its photo.
    RestaurantWrite,
    /// Read the draft of the menu.
    MenuRead,
    /// Change the draft, its photos, and publish it.
    MenuWrite,
    /// Pause and resume orders, be busy, take dishes off sale.
    AvailabilityWrite,
    /// Read tickets and follow the board.
    TicketsRead,
    /// Work tickets.
    TicketsWrite,
}

impl Scope {
    /// All of them, as they are offered.
    pub const ALL: [Self; 7] = [
        Self::RestaurantRead,
        Self::RestaurantWrite,
        Self::MenuRead,
        Self::MenuWrite,
        Self::AvailabilityWrite,
        Self::TicketsRead,
        Self::TicketsWrite,
    ];

    /// The name in JSON, forms and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::RestaurantRead => "restaurant:read",
            Self::RestaurantWrite => "restaurant:write",
            Self::MenuRead => "menu:read",
            Self::MenuWrite => "menu:write",
            Self::AvailabilityWrite => "availability:write",
            Self::TicketsRead => "tickets:read",
            Self::TicketsWrite => "tickets:write",
        }
    }

    /// What it allows, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::RestaurantRead => "Read the restaurant",
            Self::RestaurantWrite => "Change the restaurant and its hours",
            Self::MenuRead => "Read the menu",
            Self::MenuWrite => "Change and publish the menu",
            Self::AvailabilityWrite => "Pause orders, take dishes off sale",
            Self::TicketsRead => "Read tickets, with customers' names",
            Self::TicketsWrite => "Work tickets",
        }
    }

    /// The scope with this [`key`](Self::key).
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == key)
    }
}

/// The longest name of a key, in characters.
pub const NAME_MAX: usize = 60;

/// A restaurant with more keys than this has lost sight of them.
pub const KEYS_MAX: usize = 20;

/// How each key begins: whoever finds one knows what it is, and so do scanners of leaked secrets.
pub const PREFIX: &str = "cmd_";

/// Scopes as they are stored.
#[must_use]
pub fn words(scopes: &[Scope]) -> String {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.key()).collect();
    words.join(" ")
}

/// Reads what [`words`] wrote. A word of a later version is left out.
#[must_use]
pub fn scopes(words: &str) -> Vec<Scope> {
    words.split(' ').filter_map(Scope::from_key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_and_what_is_unknown_is_left_out() {
        assert_eq!(scopes(&words(&Scope::ALL)), Scope::ALL);
        assert_eq!(scopes("menu:write money:take"), [Scope::MenuWrite]);
        assert_eq!(scopes(""), []);
    }
}
