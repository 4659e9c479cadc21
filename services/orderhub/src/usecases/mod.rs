//! What orderhub does: one file is one verb and one transaction.

pub(crate) mod carts;
pub mod catalogue;
pub mod erase_person;
pub mod orders;
