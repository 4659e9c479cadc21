//! Pure rules of accounts: addresses, names, passwords, throttling, devices. No IO.

pub(crate) mod device;
pub(crate) mod email;
pub(crate) mod method;
pub(crate) mod recovery;
pub(crate) mod second_step;
pub(crate) mod throttle;
pub(crate) mod wording;
