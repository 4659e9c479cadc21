//! One file per verb, one transaction each.

mod add_passkey;
mod arrive;
mod ask_for_mail;
mod ask_for_passkey;
mod ask_to_sign_up;
mod begin_exchange;
mod begin_sign_in;
mod change_address;
mod change_name;
mod change_password;
mod change_staff;
mod end_all_access;
mod end_sessions;
mod erase_person;
mod guess_code;
#[cfg(test)]
mod help_tests;
mod leave_for_provider;
mod link_identity;
mod living_session;
mod load_demo_people;
#[cfg(test)]
mod mail_tests;
mod make_recovery_codes;
mod notice_place;
#[cfg(test)]
mod notice_tests;
mod open_link;
pub(crate) mod openid;
mod pass_second_step;
mod prepare_keys;
mod prepare_mail;
mod prove_address;
mod prove_again;
mod prove_by_link;
mod prune;
mod remove_way;
mod renew_session;
mod reset_password;
mod reset_second_step;
mod rotate_keys;
#[cfg(test)]
mod second_step_tests;
mod set_up_authenticator;
mod settle_mail;
mod sign_in;
mod sign_up;
mod tell_owner;
#[cfg(test)]
mod tests;
mod use_passkey;

pub(crate) use add_passkey::{NewPasskey, add_passkey};
pub(crate) use arrive::{Arrived, Waiting, arrive};
pub(crate) use ask_for_mail::ask_for_mail;
pub(crate) use ask_for_passkey::{Asked, ask_for_new_passkey, ask_for_passkey};
pub(crate) use ask_to_sign_up::{ask_to_sign_up, begin_sign_up};
pub(crate) use begin_exchange::begin_exchange;
pub(crate) use begin_sign_in::{Begun, Guess, TooSoon, Turn, begin_sign_in};
pub(crate) use change_address::{Changed, ask_to_change_address, change_address, or_taken};
pub(crate) use change_name::change_name;
pub(crate) use change_password::change_password;
pub(crate) use change_staff::{change_restaurant, change_staff};
pub(crate) use end_all_access::{AccessEnded, end_all_access};
pub(crate) use end_sessions::{Which, end_sessions};
pub(crate) use erase_person::erase_person;
pub(crate) use guess_code::CodeGuess;
pub(crate) use leave_for_provider::{Departure, Kept, leave_for_provider, return_from_provider};
pub(crate) use link_identity::{NotLinked, NotUnlinked, link_identity, unlink_identity, waiting};
pub(crate) use living_session::is_signed_in;
pub(crate) use load_demo_people::{DemoPerson, load_demo_people};
pub(crate) use make_recovery_codes::make_recovery_codes;
pub(crate) use open_link::{LINK as SIGN_IN_LINK, Link, Shown, open_link};
pub(crate) use pass_second_step::{Passed, SECOND_STEP, pass_second_step, waiting_for};
pub(crate) use prepare_keys::{Keyring, STANDINGS, keyring, prepare_keys, prepare_rsa_keys};
pub(crate) use prepare_mail::{Message, Prepared, prepare_mail};
pub(crate) use prove_again::{
    Proved, missing_proofs, prove_by_code, prove_by_passkey, prove_by_password,
};
pub(crate) use prove_by_link::{ask_for_proof, asked_by, prove_by_link};
pub(crate) use prune::prune;
pub(crate) use remove_way::{remove_authenticator, remove_passkey};
pub(crate) use renew_session::renew_session;
pub(crate) use reset_password::{LINK as RESET_LINK, Reset, reset_password};
pub(crate) use reset_second_step::reset_second_step;
pub(crate) use rotate_keys::{NotRotated, Rotated, Urgency, rotate_keys};
pub(crate) use set_up_authenticator::{Confirmed, begin_authenticator, confirm_authenticator};
pub(crate) use settle_mail::{Fate, mail_failed, mail_refused, mail_sent};
pub(crate) use sign_in::{Credential, Entry, Opened, sign_in};
pub(crate) use sign_up::{LINK as SIGN_UP_LINK, SignedUp, begin_confirming, sign_up};
pub(crate) use use_passkey::{Answer, use_passkey};

use crate::{passkeys::PasskeyError, rsa_key::RsaError, sealing::SealError};
use runtime::{PublishError, Refuses};

/// Why a use-case could not be carried out, other than by its rules.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// Its event could not be appended.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The key of an authenticator app cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A key for RS256 cannot be made or used.
    #[error(transparent)]
    Rsa(#[from] RsaError),
    /// Passkeys cannot be asked for.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
}

impl Refuses for Failure {
    fn refusal(&self) -> Option<&'static str> {
        None
    }
}
