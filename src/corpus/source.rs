//! One file, and what is known of it before it is read.

use std::path::PathBuf;

use encoding_rs::{Encoding, UTF_8};

use super::columns::Layout;
use super::folder::Row;
use super::frame::Frame;
use super::json::Json;
use super::labels::Written;
use super::row::At;
use super::table::Table;
use crate::error::Place;

/// One file.
#[derive(Debug)]
pub(crate) struct Source {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) stem: String,
    pub(super) bytes: u64,
    pub(super) kind: SourceKind,
    pub(super) labels: Labelling,
}

/// How a file's labels are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Labelling {
    /// Not at all.
    None,
    /// From the last extra columns: the label, and where there is one the annotator's.
    Columns { written: Written, annotators: bool },
    /// The export knows.
    Export,
}

impl Labelling {
    /// Whether an article may stand in several records.
    pub(super) fn repeats(self) -> bool {
        match self {
            Labelling::None => false,
            // Of doccano's files each is a member's.
            Labelling::Columns { written, annotators } => annotators || written == Written::Hashes,
            Labelling::Export => true,
        }
    }
}

/// What stands in a file.
#[derive(Debug)]
pub(crate) enum SourceKind {
    /// One text, and what the manifest says of it.
    Text {
        known: Option<Row>,
    },
    /// One HTML page, and what the manifest says of it.
    Page {
        known: Option<Row>,
    },
    Table(Table),
    Json(Json),
    Frame(Frame),
}

impl Source {
    /// Where a record stands that begins in this line, or is this row.
    pub(super) fn at(&self, line: u64) -> At {
        match self.kind {
            SourceKind::Text { .. } | SourceKind::Page { .. } => At::File,
            SourceKind::Table(_) | SourceKind::Json(_) => At::Line(line),
            SourceKind::Frame(_) => At::Row(line),
        }
    }

    pub(super) fn place(&self, line: u64) -> Place {
        self.at(line).place(&self.name)
    }

    /// Its columns; a text or a page has none.
    pub(super) fn layout(&self) -> Option<&Layout> {
        match &self.kind {
            SourceKind::Table(table) => Some(&table.layout),
            SourceKind::Json(json) => Some(&json.layout),
            SourceKind::Frame(frame) => Some(&frame.layout),
            SourceKind::Text { .. } | SourceKind::Page { .. } => None,
        }
    }

    /// How its bytes become text.
    pub(super) fn encoding(&self) -> &'static Encoding {
        match &self.kind {
            SourceKind::Text { .. } | SourceKind::Page { .. } | SourceKind::Frame(_) => UTF_8,
            SourceKind::Table(table) => table.chosen.encoding,
            SourceKind::Json(json) => json.chosen.encoding,
        }
    }
}
