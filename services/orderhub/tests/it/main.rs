//! Orderhub through its outer door, and its use-cases on each engine.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod browsing;
mod cart;
mod checkout;
mod demo_town;
mod listing;
mod order_api;
mod order_usecases;
mod photos;
mod projection;
mod scheduling;
mod searching;
mod shop;
mod sql;
mod timers;
mod town;
