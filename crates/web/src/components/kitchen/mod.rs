//! Components of the kitchen board: large, calm, told apart by shape as well as colour.

mod banner;
mod column;
mod minutes;
mod ticket;
mod topbar;

pub use banner::{connection_banner, pause_banner};
pub use column::{column, drawer};
pub use minutes::minutes;
pub use ticket::{Age, Ticket, TicketLine};
pub use topbar::Topbar;
