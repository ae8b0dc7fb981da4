//! Tests of the whole: one binary, a module a subject.
#![allow(clippy::unwrap_used)]

mod categories;
mod cleaning;
mod command_line;
mod common;
mod coverage;
mod evaluate;
mod explain;
mod faults;
mod frames;
mod hashed;
mod hostile;
mod html_pages;
mod keywords;
mod labels_cli;
mod leakage;
mod lexicons;
mod map;
mod metamorphic;
mod model_cli;
mod pairs;
mod pipeline;
mod plan;
mod program;
mod reference;
mod refusals;
mod report_html;
mod retrain_cli;
mod round_trips;
mod scenarios;
mod stance;
mod stories;
mod suggest;
mod tallies;
mod trends;
mod validation;
