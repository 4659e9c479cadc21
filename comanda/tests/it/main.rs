//! The real binary, from outside: over HTTP, against CONTRACT's words.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod across;
mod ahead;
mod backup;
mod crowd;
mod door;
mod expiry;
mod forgotten;
mod four_processes;
mod help;
mod journey;
mod kill;
mod mail;
mod malformed;
mod memberships;
mod metrics;
mod moving;
mod photos;
mod postgres_town;
mod privacy;
mod promises;
mod providers;
mod race;
mod rotate_keys;
mod rules;
mod stores;
mod tools;
mod town;
mod traces;
