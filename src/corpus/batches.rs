//! The pass through all inputs: one thread reads ahead, all cores map, the caller folds in input order.
//!
//! Takes sources and a function for one record; hands its results to a fold, batch by batch. At most a few batches of
//! some megabytes are in memory. What a record means is not known here, and how files are cut into records in
//! `read_ahead`.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use csv::ByteRecord;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::decode::Hash;
use super::{Source, frame, read_ahead};
use crate::error::{Error, Kind, Result};

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
        let reader = scope.spawn(move || read_ahead::read(sources, hash, to_map, given_back));
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
