//! The kernel through its public interface.

mod food_and_menu;
mod hours_clock;
mod hours_model;
mod hours_osm;
mod hours_vectors;
