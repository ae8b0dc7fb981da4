//! One file, and what is known about it before it is read.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    pub(super) held: Held,
    pub(super) stem: String,
    /// The outlet of articles that don't name theirs.
    pub(super) folder: Option<String>,
    pub(super) bytes: u64,
    pub(super) kind: SourceKind,
    pub(super) labels: Labelling,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone)]
pub(crate) enum Held {
    /// On the disk.
    At(PathBuf),
    /// In memory; a data frame never is.
    Memory(Arc<[u8]>),
}

impl Held {
    /// The path; empty if there is none.
    pub(super) fn path(&self) -> &Path {
        match self {
            Held::At(path) => path,
            Held::Memory(_) => Path::new(""),
        }
    }

    pub(super) fn open(&self) -> io::Result<Opened> {
        match self {
            Held::At(path) => File::open(path).map(Opened::File),
            Held::Memory(bytes) => Ok(Opened::Memory(Cursor::new(bytes.clone()))),
        }
    }
}

/// An open source of bytes.
#[derive(Debug)]
pub(super) enum Opened {
    File(File),
    Memory(Cursor<Arc<[u8]>>),
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Opened::File(file) => file.read(buffer),
            Opened::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Opened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Opened::File(file) => file.seek(to),
            Opened::Memory(bytes) => bytes.seek(to),
        }
    }
}

/// How a file's labels are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Labelling {
    /// Not at all.
    None,
    /// From the last extra columns: the label and, if there is one, the annotator.
    Columns { written: Written, annotators: bool },
    /// As the export's format defines it.
    Export,
}

impl Labelling {
    /// Whether an article may occur in several records.
    pub(super) fn repeats(self) -> bool {
        match self {
            Labelling::None => false,
            // Each of doccano's files belongs to one member.
            Labelling::Columns { written, annotators } => annotators || written == Written::Hashes,
            Labelling::Export => true,
        }
    }
}

/// What a file contains.
#[derive(Debug)]
pub(crate) enum SourceKind {
    /// One text, and what the manifest says about it.
    Text {
        known: Option<Row>,
    },
    /// One HTML page, and what the manifest says about it.
    Page {
        known: Option<Row>,
    },
    Table(Table),
    Json(Json),
    Frame(Frame),
}

impl Source {
    /// The place of a record that begins in this line, or is this row.
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
