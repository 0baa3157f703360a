//! The ways to measure.

pub mod budget;
pub mod instructions;
pub mod latency;
pub mod many;
pub mod parked;
pub mod rounds;
pub mod servers;
pub mod threads;
