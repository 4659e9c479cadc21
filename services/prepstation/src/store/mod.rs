//! SQL, and rows that nobody else sees.

pub mod api_keys;
pub mod availability;
pub mod boards;
pub mod idempotency;
pub mod menus;
pub mod personal;
pub mod photos;
pub mod restaurants;
pub mod staff;
pub mod ticket_history;
pub mod tickets;
