//! Tests of the whole: one binary, a module a subject.
#![allow(clippy::unwrap_used)]

mod options;
mod reference_model;
