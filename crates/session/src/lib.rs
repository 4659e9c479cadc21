//! The shared session: a token that accounts signs for five minutes, that every service verifies by
//! itself with accounts' public keys, and that it renews at accounts, server to server, when it has
//! expired and its session still lives (DESIGN 7).

mod accounts;
mod keys;
mod machine;
mod principal;
mod renewals;
mod sessions;
mod token;

pub use accounts::{Accounts, RemoteAccounts, RenewError, RenewHere, RenewRequest};
pub use keys::{Jwk, JwkSet, KeySet, Signer};
pub use machine::{AboutPerson, Known, MACHINE_TOKEN_LIFE, Machine, read_machine};
pub use principal::{MAX_ROLES, Principal, address_digest};
pub use sessions::{Sessions, Standing};
pub use token::{Issued, Refused, Verified, open, read};

/// What a person may do at a restaurant, as prepstation says.
pub use contracts::prepstation::v1::Role;

use std::time::Duration;

/// A token's life. Short, because a service that missed a revocation honours it for that long.
pub const TOKEN_LIFE: Duration = Duration::from_secs(5 * 60);

/// A revocation is remembered for so long: the lives of two tokens after each other.
pub const REVOCATION_LIFE: Duration = Duration::from_secs(2 * TOKEN_LIFE.as_secs());

/// A session that nobody used for so long is over: also the life of the cookie.
pub const IDLE_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A session is over after so long, however much it is used.
pub const ABSOLUTE_LIFE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How far the clocks of two of our machines may stand apart.
pub const LEEWAY: Duration = Duration::from_secs(10);

/// The `aud` of a session's token: every service of the town, and nobody else.
pub const AUDIENCE: &str = "comanda";

/// The cookie's name without the prefix that https gives it.
pub const COOKIE: &str = "comanda";
