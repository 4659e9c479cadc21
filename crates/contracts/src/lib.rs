//! The events between services, one module per publishing service, versioned: a change of meaning
//! is a new version module, never an edit. What the outside sees of them is `comanda asyncapi`.

pub mod accounts;
pub mod asyncapi;
mod cloud_event;
pub mod landing;
pub mod orderhub;
pub mod prepstation;

pub use cloud_event::{CloudEvent, Fact, Head, Samples};
