//! C side.
