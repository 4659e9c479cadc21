//! Facts to and from the other services.

pub mod consume_orders;
pub mod consume_people;
pub mod publish;
