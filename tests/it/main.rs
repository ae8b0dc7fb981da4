//! Tests of the whole: one binary, a module a subject.
#![allow(clippy::unwrap_used)]

mod model_cli;
mod reference_model;
