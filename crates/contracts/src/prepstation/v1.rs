//! Facts of prepstation, version 1: restaurants and menus in `catalogue`, the kitchen's answers in
//! `ticket`.

pub mod catalogue;
mod made_up;
pub mod ticket;

pub use catalogue::*;
pub use ticket::*;

/// Each fact of this version with its samples, for documents and tests.
pub fn samples() -> Vec<crate::Samples> {
    [catalogue::samples(), ticket::samples()].concat()
}
