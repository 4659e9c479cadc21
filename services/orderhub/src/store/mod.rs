//! The SQL of orderhub, one file per aggregate, and rows that nobody else sees.

pub(crate) mod carts;
pub(crate) mod catalogue;
pub(crate) mod erased;
pub(crate) mod favourites;
pub(crate) mod idempotency;
pub(crate) mod orders;
pub(crate) mod personal;
