//! The pass through all inputs: one thread reads ahead, all threads of the pool map, the caller folds in input order.
//!
//! Takes sources and a function for one record; hands its results to a fold, batch by batch. At most a few batches of
//! some megabytes are in memory. What a record means is not known here; `read_ahead` cuts files into records.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;

use csv::ByteRecord;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::decode::Hash;
use super::{Source, frame, read_ahead};
use crate::error::Result;

/// How many batches are read ahead.
const READ_AHEAD: usize = 2;

/// How a pass through the corpus is run: on all threads of the rayon pool in which it is called, plus one thread that
/// reads ahead (unless the pool has only one). The results don't depend on the number of threads.
#[derive(Clone, Copy, Default)]
pub struct Pass<'p> {
    pub(crate) progress: Option<&'p dyn Fn(Progress)>,
}

impl<'p> Pass<'p> {
    /// A pass that doesn't report its progress.
    pub fn new() -> Self {
        Pass::default()
    }

    /// Calls `tell` with the progress after every batch, on the caller's thread.
    pub fn progress(mut self, tell: &'p dyn Fn(Progress)) -> Self {
        self.progress = Some(tell);
        self
    }
}

impl std::fmt::Debug for Pass<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pass").finish_non_exhaustive()
    }
}

/// The progress of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the input files on disk that were read so far.
    pub bytes: u64,
    /// Bytes of all input files.
    pub of: u64,
    /// Articles that were handed on.
    pub articles: usize,
}

impl Progress {
    /// The part of the input that was read, from 0 to 1.
    pub fn part(&self) -> f64 {
        self.bytes as f64 / self.of.max(1) as f64
    }
}

/// Consecutive records.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) buffer: Vec<u8>,
    pub(crate) records: Vec<Record>,
    /// Bytes of all inputs read so far.
    pub(crate) read: u64,
    pub(crate) finished: Vec<Finished>,
}

/// One record, not yet parsed.
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
    /// Whether it has bytes that are invalid in its encoding.
    pub(crate) malformed: bool,
}

/// The results of one batch.
pub(crate) struct Mapped<T> {
    pub(crate) rows: Vec<Mapping<T>>,
    pub(crate) read: u64,
    pub(crate) finished: Vec<Finished>,
}

/// The result for one record, and the record's place.
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
    map: impl Fn(&Batch, &Record, usize) -> T + Sync,
    mut fold: impl FnMut(Mapped<T>) -> Result<()>,
) -> Result<()> {
    let mut mapper = Mapper { skipped, map: &map, index: 0 };
    if rayon::current_num_threads() > 1 {
        return ahead(sources, hash, mapper, fold);
    }
    let mut outcome = Ok(());
    read_ahead::read(sources, hash, &mut |batch| {
        let (mapped, buffer) = mapper.map(batch, |wanted, map| wanted.into_iter().map(map).collect());
        outcome = fold(mapped);
        outcome.is_ok().then_some(buffer)
    })?;
    outcome
}

/// The same with a thread that reads ahead.
fn ahead<T: Send>(
    sources: &[Source],
    hash: Hash,
    mut mapper: Mapper<'_, impl Fn(&Batch, &Record, usize) -> T + Sync>,
    mut fold: impl FnMut(Mapped<T>) -> Result<()>,
) -> Result<()> {
    thread::scope(|scope| {
        let (to_map, batches) = sync_channel(READ_AHEAD);
        let (give_back, given_back) = channel();
        let reader = scope.spawn(move || {
            let hand_on = &mut |batch| {
                to_map.send(Ok(batch)).ok()?;
                Some(given_back.try_recv().unwrap_or_default())
            };
            if let Err(error) = read_ahead::read(sources, hash, hand_on) {
                // If nobody is listening any more, the error doesn't matter.
                let _ = to_map.send(Err(error));
            }
        });
        let mut map = |batch: Result<Batch>| {
            let (mapped, buffer) = mapper.map(batch?, |wanted, map| wanted.into_par_iter().map(map).collect());
            // The reader may have ended already.
            let _ = give_back.send(buffer);
            Ok(mapped)
        };
        let outcome = fold_all(batches, &mut map, &mut fold);
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome
    })
}

/// Maps each batch while the previous one is folded, in order; a single record after that. Once it returns, nobody listens
/// to the reader.
fn fold_all<T: Send>(
    batches: Receiver<Result<Batch>>,
    map: &mut (impl FnMut(Result<Batch>) -> Result<Mapped<T>> + Send),
    fold: &mut impl FnMut(Mapped<T>) -> Result<()>,
) -> Result<()> {
    let mut batches = batches.into_iter();
    let mut mapped = batches.next().map(&mut *map);
    while let Some(ready) = mapped.take() {
        let next = batches.next();
        if matches!(&next, Some(Ok(batch)) if batch.records.len() == 1) {
            // Mostly a text of megabytes. It can't be divided among threads, so only one is in memory at a time, and it is
            // freed by the thread that allocated it: mimalloc reuses at once only what a thread frees itself.
            ready.and_then(&mut *fold)?;
            mapped = next.map(&mut *map);
            continue;
        }
        // The scope belongs to the pool in which this was called, which has as many threads as were requested.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| mapped = next.map(&mut *map));
            ready.and_then(&mut *fold)
        })?;
    }
    Ok(())
}

/// Maps the records of consecutive batches.
struct Mapper<'m, M> {
    skipped: Option<&'m Skipped>,
    map: &'m M,
    /// How many were mapped.
    index: usize,
}

impl<M> Mapper<'_, M> {
    /// Maps a batch with a function that maps items in order; also returns its buffer, to be reused.
    fn map<T>(
        &mut self,
        batch: Batch,
        each: impl FnOnce(Vec<(&Record, usize)>, &(dyn Fn((&Record, usize)) -> Mapping<T> + Sync)) -> Vec<Mapping<T>>,
    ) -> (Mapped<T>, Vec<u8>)
    where
        M: Fn(&Batch, &Record, usize) -> T + Sync,
    {
        let mut wanted = Vec::with_capacity(batch.records.len());
        for record in &batch.records {
            if self.skipped.is_none_or(|skipped| !skipped.contains(&(record.source, record.number))) {
                wanted.push((record, self.index));
                self.index += 1;
            }
        }
        let rows = each(wanted, &|(record, index)| Mapping {
            source: record.source,
            number: record.number,
            line: record.line,
            result: (self.map)(&batch, record, index),
        });
        (Mapped { rows, read: batch.read, finished: batch.finished }, batch.buffer)
    }
}
