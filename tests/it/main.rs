//! Tests of the whole: one binary, a module a subject.
#![allow(clippy::unwrap_used)]

mod cleaning;
mod common;
mod coverage;
mod evaluate;
mod explain;
mod html_pages;
mod keywords;
mod labels_cli;
mod leakage;
mod lexicons;
mod metamorphic;
mod model_cli;
mod pairs;
mod pipeline;
mod program;
mod reference_model;
mod reference_stats;
mod report_html;
mod retrain_cli;
mod scenarios;
mod stance;
mod stories;
mod tallies;
mod trends;
