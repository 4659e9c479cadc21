//! Pure rules of accounts: addresses, names, passwords, throttling, devices, what apps may
//! ask. No IO.

pub(crate) mod authorization;
pub(crate) mod client;
pub(crate) mod device;
pub(crate) mod email;
pub(crate) mod guessable;
pub(crate) mod identity;
pub(crate) mod method;
pub(crate) mod recovery;
pub(crate) mod scope;
pub(crate) mod second_step;
pub(crate) mod signing;
pub(crate) mod throttle;
pub(crate) mod wording;
