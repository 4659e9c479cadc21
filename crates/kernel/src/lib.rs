//! What every part of Comanda agrees on, without IO: ids, money, time, opening hours, food, menus,
//! traces. Knows no service, no SQL, no HTTP; time and randomness come in as arguments (`Env`).

pub mod env;
pub mod food;
pub mod hours;
pub mod ids;
pub mod menu;
pub mod money;
pub mod photo;
mod trace;
mod words;

pub use env::{Clock, Env, ManualClock, Random, SystemClock};
pub use money::{Currency, Money};
pub use trace::TraceParent;
pub use words::{in_words, without_password};
