//! How people are told something outside of a page. Mail is sent by SMTP ([RFC 5321]) or, where
//! nobody set a server, printed in the log.
//!
//! [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321

mod address;
mod log;
mod mail;
mod reply;
mod sender;
mod smtp;

pub use address::Address;
pub use mail::{Mail, MailError, Mailer};
pub use reply::Reply;
pub use sender::Sender;
