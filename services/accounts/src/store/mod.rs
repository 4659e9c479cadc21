//! SQL of accounts, and its rows.

pub(crate) mod attempts;
pub(crate) mod authenticators;
pub(crate) mod clients;
pub(crate) mod consents;
pub(crate) mod grants;
pub(crate) mod identities;
pub(crate) mod keys;
pub(crate) mod mails;
pub(crate) mod memberships;
pub(crate) mod one_time;
pub(crate) mod passkeys;
pub(crate) mod persons;
#[cfg(test)]
mod plan_tests;
pub(crate) mod recovery_codes;
pub(crate) mod rsa_keys;
pub(crate) mod sessions;
pub(crate) mod ways;
