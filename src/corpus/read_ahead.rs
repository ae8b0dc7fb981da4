//! Reads ahead: cuts all inputs into records and hands them on in batches.
//!
//! Takes sources, hands on [`Batch`]es, on a separate thread unless there is only one.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::batches::{Batch, Body, Finished, Record};
use super::decode::{Hash, Packing, Stream, Transcoder, reading_failed, without_an_end};
use super::frame::Frame;
use super::json::{self, Json};
use super::table::Table;
use super::table_records;
use super::{Source, SourceKind};
use crate::error::{Error, Place, Result};
use crate::limits::{self, TooLarge};

/// A batch is sent on when it has this many bytes or, for tables and texts, this many records.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_RECORDS: usize = 512;

/// Takes a batch and returns a buffer for the next one; `None` if nobody wants one.
type HandOn<'h> = dyn FnMut(Batch) -> Option<Vec<u8>> + 'h;

/// Reads all sources and hands on their records.
pub(super) fn read(sources: &[Source], hash: Hash, hand_on: &mut HandOn<'_>) -> Result<()> {
    let counter = AtomicU64::new(0);
    let mut out = Out { hand_on, counter: &counter, batch: Batch::default(), row_bytes: 0 };
    for (i, source) in sources.iter().enumerate() {
        if read_source(source, i as u32, hash, &mut out)? == Going::Stopped {
            return Ok(());
        }
    }
    out.send();
    Ok(())
}

/// Whether anybody still wants records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Going {
    On,
    Stopped,
}

/// Collects records and hands them on in batches.
struct Out<'o> {
    hand_on: &'o mut HandOn<'o>,
    counter: &'o AtomicU64,
    batch: Batch,
    row_bytes: usize,
}

impl Out<'_> {
    /// Hands on the current batch and begins a new one.
    fn send(&mut self) -> Going {
        self.row_bytes = 0;
        if self.batch.records.is_empty() && self.batch.finished.is_empty() {
            return Going::On;
        }
        let mut batch = std::mem::take(&mut self.batch);
        batch.read = self.counter.load(Ordering::Relaxed);
        match (self.hand_on)(batch) {
            Some(buffer) => {
                self.batch.buffer = buffer;
                Going::On
            }
            None => Going::Stopped,
        }
    }

    /// Adds a record of this size and hands on the batch if it is full.
    fn push(&mut self, record: Record, bytes: usize) -> Going {
        self.batch.records.push(record);
        self.row_bytes += bytes;
        match self.row_bytes >= BATCH_BYTES || self.batch.records.len() >= BATCH_RECORDS {
            true => self.send(),
            false => Going::On,
        }
    }
}

/// Reads a data frame. A file of this kind isn't read in order, so it is hashed separately.
fn read_frame(source: &Source, frame: &Frame, number: u32, hash: Hash, out: &mut Out<'_>) -> Result<Going> {
    let mut hasher = frame.hasher().filter(|_| hash == Hash::Yes);
    let batches = frame.batches(source.held.path(), &source.name)?;
    let (all_rows, mut rows_read, mut told) = (batches.of.unwrap_or(0), 0_u64, 0_u64);
    for rows in batches {
        let rows = Arc::new(rows?);
        for row in 0..rows.len() {
            rows_read += 1;
            if frame.row_bytes(&rows, row) > limits::RECORD {
                return Err(without_an_end(
                    Place::file(&source.name).row(rows_read),
                    TooLarge::new("a row", limits::RECORD),
                ));
            }
            if let Some(hasher) = &mut hasher {
                hasher.update(&rows, row);
            }
            let bytes = frame.text_bytes(&rows, row);
            // The progress is measured by rows for a file, and by texts for a frame in memory.
            let until = match all_rows {
                0 => (told + bytes as u64).min(source.bytes),
                all => (source.bytes as f64 * (rows_read as f64 / all as f64).min(1.0)) as u64,
            };
            out.counter.fetch_add(until - told, Ordering::Relaxed);
            told = until;
            let body = Body::Cells(rows.clone(), row);
            if out.push(Record { source: number, number: rows_read, line: rows_read, body }, bytes) == Going::Stopped {
                return Ok(Going::Stopped);
            }
        }
    }
    let hash = match (hash, hasher) {
        (Hash::No, _) => None,
        (Hash::Yes, Some(hasher)) => Some(hasher.finish()),
        (Hash::Yes, None) => Stream::open(&source.held, &AtomicU64::new(0), hash)
            .and_then(Stream::finish)
            .map_err(|e| Error::io(&source.name, e))?,
    };
    out.batch.finished.push(Finished { source: number, hash, malformed: false });
    Ok(Going::On)
}

/// How many bytes were found that are invalid in the encoding.
type Malformed = Rc<Cell<u64>>;

fn read_source(source: &Source, number: u32, hash: Hash, out: &mut Out<'_>) -> Result<Going> {
    if let SourceKind::Frame(frame) = &source.kind {
        return read_frame(source, frame, number, hash, out);
    }
    let stream = Stream::open(&source.held, out.counter, hash).map_err(|e| Error::io(&source.name, e))?;
    let packing = stream.packing;
    let failed = |e| reading_failed(&source.name, packing, e);
    let malformed = Malformed::default();
    let (stream, going) = match &source.kind {
        SourceKind::Text { .. } | SourceKind::Page { .. } => read_text(stream, number, out).map_err(failed)?,
        SourceKind::Table(table) => {
            read_table((table, source.bytes), stream, &malformed, number, out).map_err(failed)?
        }
        SourceKind::Json(json) => read_json(json, stream, &malformed, number, out).map_err(|error| {
            let is_of_json = packing == Packing::Plain && error.raw_os_error().is_none();
            match json.shape {
                json::Shape::Array if is_of_json => json::broken_array(error, &source.name),
                _ => failed(error),
            }
        })?,
        // Read above.
        SourceKind::Frame(_) => return Ok(Going::On),
    };
    if going == Going::On {
        let hash = stream.finish().map_err(failed)?;
        out.batch.finished.push(Finished { source: number, hash, malformed: malformed.get() > 0 });
    }
    Ok(going)
}

/// A text or a page: one record.
fn read_text<'o>(mut stream: Stream<'o>, number: u32, out: &mut Out<'_>) -> io::Result<(Stream<'o>, Going)> {
    if out.batch.records.is_empty() {
        out.batch.buffer.clear();
    }
    let start = out.batch.buffer.len();
    let most = limits::RECORD as u64;
    let n = stream.by_ref().take(most).read_to_end(&mut out.batch.buffer)?;
    if n as u64 == most {
        return Err(TooLarge::new("a text", limits::RECORD).into());
    }
    let body = Body::Bytes(start..start + n);
    Ok((stream, out.push(Record { source: number, number: 1, line: 1, body }, n)))
}

fn read_table<'o>(
    (table, bytes): (&Table, u64),
    stream: Stream<'o>,
    malformed: &Malformed,
    number: u32,
    out: &mut Out<'_>,
) -> io::Result<(Stream<'o>, Going)> {
    let decoded = Transcoder::new(stream, table.chosen.encoding, malformed.clone());
    let mut records = table_records::Records::new(decoded, table, bytes)?;
    let mut going = Going::On;
    while let (Going::On, Some(cut)) = (going, records.next()?) {
        let bytes = cut.record.as_slice().len();
        let record = Record { source: number, number: cut.number, line: cut.line, body: Body::Row(cut.record) };
        going = out.push(record, bytes);
    }
    Ok((records.into_inner(), going))
}

fn read_json<'o>(
    json: &Json,
    stream: Stream<'o>,
    malformed: &Malformed,
    number: u32,
    out: &mut Out<'_>,
) -> io::Result<(Stream<'o>, Going)> {
    let mut going = out.send();
    let decoded = Transcoder::new(stream, json.chosen.encoding, malformed.clone());
    let mut records = json::Records::over(decoded, json.shape);
    let (mut more, mut cuts) = (true, Vec::new());
    while more && going == Going::On {
        more = records.fill(&mut out.batch.buffer, BATCH_BYTES, &mut cuts)?;
        out.batch.records.extend(cuts.drain(..).map(|cut| Record {
            source: number,
            number: cut.number,
            line: cut.line,
            body: Body::Bytes(cut.range),
        }));
        going = out.send();
    }
    Ok((records.into_inner(), going))
}
