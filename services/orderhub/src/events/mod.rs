//! Facts of others come in by `consume_…`, our own go out by `publish`.

pub mod consume_catalogue;
pub(crate) mod consume_people;
pub mod consume_tickets;
pub mod publish;
