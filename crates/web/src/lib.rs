//! What the pages of all services share: the design system and its assets, the page shell, forms,
//! errors in both forms (problem+json and a page with a way on), and the guards around each request.
//!
//! A service builds its routes and passes them through [`stack::finish`].

pub mod assets;
pub mod components;
pub mod cookie;
pub mod docs;
mod error_page;
pub mod extract;
pub mod form;
mod form_with_file;
pub mod guard;
pub mod icons;
pub mod idempotency;
mod known;
mod machine;
mod observe;
pub mod openapi;
pub mod origins;
pub mod page;
pub mod paging;
pub mod precompressed;
pub mod problem;
pub mod signed_in;
mod slow_body;
pub mod stack;
mod styleguide;

pub use extract::{JsonBody, JsonBodyIfAny, PathOf, QueryOf, RawBody};
pub use form::Form;
pub use form_with_file::{FormWithFile, SentFile};
pub use idempotency::IdempotencyKey;
pub use known::Known;
pub use machine::FromMachine;
pub use origins::{Origins, Service, Site};
pub use page::Page;
pub use precompressed::Precompressed;
pub use problem::Problem;
pub use signed_in::{SignedIn, Visitor};
pub use slow_body::BODY_TIME;
