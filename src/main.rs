//! The program `aslant`.
fn main() {}
