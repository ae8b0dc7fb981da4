//! Tests of the whole: one binary, a module a subject.
#![allow(clippy::unwrap_used)]

mod cleaning;
mod common;
mod evaluate;
mod explain;
mod html;
mod labels_cli;
mod leakage;
mod lexicons;
mod metamorphic;
mod model_cli;
mod pipeline;
mod program;
mod reference_model;
mod reference_stats;
mod retrain_cli;
mod scenarios;
mod stance;
mod stories;
