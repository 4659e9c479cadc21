//! Pure rules of accounts: addresses, names, passwords, throttling, devices. No IO.

pub(crate) mod device;
pub(crate) mod email;
pub(crate) mod identity;
pub(crate) mod method;
pub(crate) mod throttle;
pub(crate) mod wording;
