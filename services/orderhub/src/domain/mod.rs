//! The pure rules of orderhub: what an order costs, who may place it, and which way it may go.

pub mod contact;
pub mod offer;
pub mod order;
pub mod pricing;
pub mod promise;
pub mod slots;
pub mod standing;
