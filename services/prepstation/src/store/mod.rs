//! SQL, and rows that nobody else sees.

pub mod availability;
pub mod boards;
pub mod idempotency;
pub mod menus;
pub mod photos;
pub mod restaurants;
pub mod staff;
pub mod tickets;
