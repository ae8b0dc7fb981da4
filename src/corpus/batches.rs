//! The pass through all inputs: one thread reads ahead, all cores map, the caller folds in input order.
//!
//! Takes sources and a function for one record; hands its results to a fold, batch by batch. At most a few batches of
//! some megabytes are in memory. What a record means is not known here.

use std::cell::Cell;
use std::collections::HashSet;
use std::io::Read;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use csv::ByteRecord;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::decode::{Hash, Stream, Transcoder, reading_failed};
use super::frame::Frame;
use super::limits::{self, TooLarge};
use super::{Source, SourceKind, frame, json, table};
use crate::error::{Error, Kind, Place, Result};

/// A batch is sent on when it has so many bytes, or for tables and texts so many records.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_RECORDS: usize = 512;

/// So many batches are read ahead.
const READ_AHEAD: usize = 2;

/// How a pass through the corpus is run.
#[derive(Clone, Copy, Default)]
pub struct Pass<'p> {
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) progress: Option<&'p dyn Fn(Progress)>,
}

impl<'p> Pass<'p> {
    /// On all cores (rayon's global pool), telling nobody how far it is.
    pub fn new() -> Self {
        Pass::default()
    }

    /// On so many threads of its own. The results are the same on any number.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Tells after every batch how far it is; called on the caller's thread.
    pub fn progress(mut self, tell: &'p dyn Fn(Progress)) -> Self {
        self.progress = Some(tell);
        self
    }
}

impl std::fmt::Debug for Pass<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pass").field("threads", &self.threads).finish_non_exhaustive()
    }
}

/// How far a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the input files that were read, as they stand on the disk.
    pub bytes: u64,
    /// Bytes of all input files.
    pub of: u64,
    /// Articles that were handed on.
    pub articles: usize,
}

impl Progress {
    /// How much of the input was read, 0 to 1.
    pub fn part(&self) -> f64 {
        self.bytes as f64 / self.of.max(1) as f64
    }
}

/// Some records that follow one another.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) buffer: Vec<u8>,
    pub(crate) records: Vec<Record>,
    /// Bytes of all inputs read until here.
    pub(crate) read: u64,
    pub(crate) finished: Vec<Finished>,
}

/// One record, not yet understood.
pub(crate) struct Record {
    pub(crate) source: u32,
    pub(crate) number: u64,
    pub(crate) line: u64,
    pub(crate) body: Body,
}

/// The bytes of a record.
pub(crate) enum Body {
    /// In the batch's buffer.
    Bytes(Range<usize>),
    Row(ByteRecord),
    /// A row of a data frame.
    Cells(Arc<frame::Rows>, usize),
}

/// A source that was read to its end.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) source: u32,
    pub(crate) hash: Option<String>,
    /// Whether it has bytes that its encoding doesn't know.
    pub(crate) malformed: bool,
}

/// The results of one batch.
pub(crate) struct Mapped<T> {
    pub(crate) rows: Vec<Mapping<T>>,
    pub(crate) read: u64,
    pub(crate) finished: Vec<Finished>,
}

/// The result for one record, and where that stands.
pub(crate) struct Mapping<T> {
    pub(crate) source: u32,
    pub(crate) number: u64,
    pub(crate) line: u64,
    pub(crate) result: T,
}

/// Records that are passed over, by source and number.
pub(crate) type Skipped = HashSet<(u32, u64), FxBuildHasher>;

/// Runs through all sources. `map` gets the batch, the record and the record's index among those not skipped.
pub(crate) fn run<T: Send>(
    sources: &[Source],
    hash: Hash,
    skipped: Option<&Skipped>,
    threads: Option<NonZeroUsize>,
    map: impl Fn(&Batch, &Record, usize) -> T + Sync,
    mut fold: impl FnMut(Mapped<T>) -> Result<()>,
) -> Result<()> {
    let pool = match threads {
        None => None,
        Some(threads) => {
            let built = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build();
            Some(built.map_err(|error| Error::new(Kind::Io, "no threads to be had").found(error.to_string()))?)
        }
    };
    thread::scope(|scope| {
        let (to_map, from_reader) = sync_channel(READ_AHEAD);
        let (to_fold, from_map) = sync_channel(1);
        let (give_back, given_back) = channel();
        let reader = scope.spawn(move || read(sources, hash, to_map, given_back));
        let map = &map;
        let mapper = scope.spawn(move || map_all(from_reader, to_fold, give_back, skipped, pool.as_ref(), map));
        let mut outcome = Ok(());
        for mapped in from_map.iter() {
            outcome = mapped.and_then(&mut fold);
            if outcome.is_err() {
                break;
            }
        }
        // Without a receiver the other two stop by themselves.
        drop(from_map);
        for thread in [reader.join(), mapper.join()] {
            thread.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        outcome
    })
}

/// Maps batch after batch until there are no more or nobody wants them.
fn map_all<T: Send>(
    batches: Receiver<Result<Batch>>,
    to_fold: SyncSender<Result<Mapped<T>>>,
    give_back: Sender<Vec<u8>>,
    skipped: Option<&Skipped>,
    pool: Option<&rayon::ThreadPool>,
    map: &(impl Fn(&Batch, &Record, usize) -> T + Sync),
) {
    let mut index = 0;
    for batch in batches {
        let mapped = batch.map(|batch| {
            let mut wanted: Vec<(&Record, usize)> = Vec::with_capacity(batch.records.len());
            for record in &batch.records {
                if skipped.is_none_or(|skipped| !skipped.contains(&(record.source, record.number))) {
                    wanted.push((record, index));
                    index += 1;
                }
            }
            let map_batch = || {
                wanted
                    .par_iter()
                    .map(|(record, index)| Mapping {
                        source: record.source,
                        number: record.number,
                        line: record.line,
                        result: map(&batch, record, *index),
                    })
                    .collect()
            };
            let rows = match pool {
                Some(pool) => pool.install(map_batch),
                None => map_batch(),
            };
            // The reader may have ended already.
            let _ = give_back.send(batch.buffer);
            Mapped { rows, read: batch.read, finished: batch.finished }
        });
        if to_fold.send(mapped).is_err() {
            return;
        }
    }
}

/// Reads all sources and sends their records.
fn read(sources: &[Source], hash: Hash, to_map: SyncSender<Result<Batch>>, given_back: Receiver<Vec<u8>>) {
    let counter = AtomicU64::new(0);
    let mut out = Out { to_map: &to_map, given_back, counter: &counter, batch: Batch::default(), row_bytes: 0 };
    for (i, source) in sources.iter().enumerate() {
        match read_source(source, i as u32, hash, &mut out) {
            Ok(Going::On) => {}
            Ok(Going::Stopped) => return,
            Err(error) => {
                // Nobody may be listening any more; then the error doesn't matter.
                let _ = to_map.send(Err(error));
                return;
            }
        }
    }
    out.send();
}

/// Whether anybody still wants records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Going {
    On,
    Stopped,
}

/// Collects records and sends them in batches.
struct Out<'o> {
    to_map: &'o SyncSender<Result<Batch>>,
    given_back: Receiver<Vec<u8>>,
    counter: &'o AtomicU64,
    batch: Batch,
    row_bytes: usize,
}

impl Out<'_> {
    /// Sends what there is and begins a new batch.
    fn send(&mut self) -> Going {
        let mut batch = std::mem::take(&mut self.batch);
        self.row_bytes = 0;
        self.batch.buffer = self.given_back.try_recv().unwrap_or_default();
        if batch.records.is_empty() && batch.finished.is_empty() {
            return Going::On;
        }
        batch.read = self.counter.load(Ordering::Relaxed);
        match self.to_map.send(Ok(batch)) {
            Ok(()) => Going::On,
            Err(_) => Going::Stopped,
        }
    }

    /// Takes in a record of this size and sends the batch where it is full.
    fn push(&mut self, record: Record, bytes: usize) -> Going {
        self.batch.records.push(record);
        self.row_bytes += bytes;
        match self.row_bytes >= BATCH_BYTES || self.batch.records.len() >= BATCH_RECORDS {
            true => self.send(),
            false => Going::On,
        }
    }
}

/// Reads a data frame. A file of this kind isn't read in order, so it is hashed apart.
fn read_frame(source: &Source, frame: &Frame, number: u32, hash: Hash, out: &mut Out<'_>) -> Result<Going> {
    let mut hasher = frame.hasher().filter(|_| hash == Hash::Yes);
    let batches = frame.batches(&source.path, &source.name)?;
    let (all_rows, mut rows_read, mut told) = (batches.of.unwrap_or(0), 0_u64, 0_u64);
    for rows in batches {
        let rows = Arc::new(rows?);
        for row in 0..rows.len() {
            rows_read += 1;
            if frame.row_bytes(&rows, row) > limits::RECORD {
                return Err(Error::data("a record without an end")
                    .at(Place::file(&source.name).row(rows_read))
                    .found("a row of more than 64 MB")
                    .expected("one article a record")
                    .note("nothing was written"));
            }
            if let Some(hasher) = &mut hasher {
                hasher.update(&rows, row);
            }
            let bytes = frame.text_bytes(&rows, row);
            // What was read of a file is told by its rows, of memory by its texts.
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
        (Hash::Yes, None) => Stream::open(&source.path, &AtomicU64::new(0), hash)
            .and_then(Stream::finish)
            .map_err(|e| Error::io(&source.name, e))?,
    };
    out.batch.finished.push(Finished { source: number, hash, malformed: false });
    Ok(Going::On)
}

fn read_source<'o>(source: &Source, number: u32, hash: Hash, out: &mut Out<'o>) -> Result<Going> {
    if let SourceKind::Frame(frame) = &source.kind {
        return read_frame(source, frame, number, hash, out);
    }
    let stream = Stream::open(&source.path, out.counter, hash).map_err(|e| Error::io(&source.name, e))?;
    let packing = stream.packing;
    let failed = |e| reading_failed(&source.name, packing, e);
    let malformed = Rc::new(Cell::new(0));
    let (stream, going) = match &source.kind {
        SourceKind::Text { .. } | SourceKind::Page { .. } => {
            let mut stream = stream;
            if out.batch.records.is_empty() {
                out.batch.buffer.clear();
            }
            let start = out.batch.buffer.len();
            let most = limits::RECORD as u64;
            let n = stream.by_ref().take(most).read_to_end(&mut out.batch.buffer).map_err(failed)?;
            if n as u64 == most {
                return Err(failed(TooLarge("a text of more than 64 MB").into()));
            }
            let body = Body::Bytes(start..start + n);
            (stream, out.push(Record { source: number, number: 1, line: 1, body }, n))
        }
        SourceKind::Table(table) => {
            let decoded = Transcoder::new(stream, table.chosen.encoding, malformed.clone());
            let mut records = table::Records::new(decoded, table).map_err(failed)?;
            let mut going = Going::On;
            while let (Going::On, Some(cut)) = (going, records.next().map_err(failed)?) {
                let bytes = cut.record.as_slice().len();
                going = out.push(
                    Record { source: number, number: cut.number, line: cut.line, body: Body::Row(cut.record) },
                    bytes,
                );
            }
            (records.into_inner(), going)
        }
        SourceKind::Json(json) => {
            let mut going = out.send();
            let decoded = Transcoder::new(stream, json.chosen.encoding, malformed.clone());
            let mut records = json::Records::over(decoded, json.shape);
            let (mut more, mut cuts) = (true, Vec::new());
            while more && going == Going::On {
                more =
                    records.fill(&mut out.batch.buffer, BATCH_BYTES, &mut cuts).map_err(|error| match json.shape {
                        json::Shape::Array
                            if packing == super::decode::Packing::Plain && error.raw_os_error().is_none() =>
                        {
                            json::broken_array(error, &source.name)
                        }
                        _ => failed(error),
                    })?;
                out.batch.records.extend(cuts.drain(..).map(|cut| Record {
                    source: number,
                    number: cut.number,
                    line: cut.line,
                    body: Body::Bytes(cut.range),
                }));
                going = out.send();
            }
            (records.into_inner(), going)
        }
        // Read above.
        SourceKind::Frame(_) => return Ok(Going::On),
    };
    if going == Going::On {
        let hash = stream.finish().map_err(failed)?;
        out.batch.finished.push(Finished { source: number, hash, malformed: malformed.get() > 0 });
    }
    Ok(going)
}
