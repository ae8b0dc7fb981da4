//! Delta-coded texts of Parquet, stored as the difference from the previous text (`DELTA_BYTE_ARRAY`) or with their
//! lengths stored as differences (`DELTA_LENGTH_BYTE_ARRAY`): how many there are, and how long they become.
//!
//! The decoder allocates memory for as many lengths as a page claims to have, and a text that begins like the previous
//! one takes next to nothing in the file, however long it is. The sizes of pages show neither. So the lengths are read
//! here first, one page at a time, following the format's description
//! (<https://parquet.apache.org/docs/file-format/data-pages/encodings/>).

use super::claims::{Refused, unpacks};
use crate::limits;
use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use std::fs::File;
use std::sync::Arc;

/// Whether this encoding, given by its number in a page header, is one of these two.
pub(super) fn is_delta(encoding: i64) -> bool {
    [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY].iter().any(|of| *of as i64 == encoding)
}

/// Checks all pages of a column. Their sizes must have been checked before.
pub(super) fn check(file: &File, column: &ColumnChunkMetaData) -> Refused {
    lengths(file, column)?.try_for_each(|length| unpacks(column.compressed_size(), length?))
}

/// For each delta-coded page, the bytes of all its texts.
fn lengths(file: &File, column: &ColumnChunkMetaData) -> Refused<impl Iterator<Item = Refused<i64>>> {
    let file = file.try_clone().map_err(|e| e.to_string())?;
    let rows = usize::try_from(column.num_values()).map_err(|e| e.to_string())?;
    let pages = SerializedPageReader::new(Arc::new(file), column, rows, None).map_err(|e| e.to_string())?;
    let length = |page: Page| {
        let (encoding, most) = (page.encoding(), i64::from(page.num_values()));
        (page.is_data_page() && is_delta(encoding as i64)).then(|| match most > limits::ITEMS {
            true => Err(format!("a page of {most} texts")),
            false => length(values(&page, column)?, encoding, most),
        })
    };
    Ok(pages.filter_map(move |page| page.map_err(|e| e.to_string()).map_or_else(|e| Some(Err(e)), length)))
}

/// What follows the levels of a data page.
fn values<'p>(page: &'p Page, column: &ColumnChunkMetaData) -> Refused<&'p [u8]> {
    let cut = || "a page that ends within its levels".to_owned();
    let bytes: &[u8] = page.buffer();
    match page {
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            let levels = (*def_levels_byte_len as usize).saturating_add(*rep_levels_byte_len as usize);
            bytes.get(levels..).ok_or_else(cut)
        }
        Page::DataPage { def_level_encoding, rep_level_encoding, .. } => {
            let described = column.column_descr();
            let levels =
                [(described.max_rep_level(), rep_level_encoding), (described.max_def_level(), def_level_encoding)];
            levels.into_iter().filter(|(most, _)| *most > 0).try_fold(bytes, |bytes, (_, encoding)| {
                if *encoding != Encoding::RLE {
                    return Err(format!("levels coded as {encoding}, which is not supported"));
                }
                let (length, bytes) = bytes.split_first_chunk().ok_or_else(cut)?;
                bytes.get(u32::from_le_bytes(*length) as usize..).ok_or_else(cut)
            })
        }
        Page::DictionaryPage { .. } => Ok(bytes),
    }
}

/// The bytes of all texts of a page, of which there may be at most `most`.
fn length(bytes: &[u8], encoding: Encoding, most: i64) -> Refused<i64> {
    let mut numbers = Numbers { bytes };
    let of_first = numbers.sum(most)?;
    match encoding {
        // First the length of the prefix shared with the previous text, then that of the rest.
        Encoding::DELTA_BYTE_ARRAY => Ok(of_first.saturating_add(numbers.sum(most)?)),
        _ => Ok(of_first),
    }
}

/// Lengths coded as differences, `DELTA_BINARY_PACKED`.
struct Numbers<'p> {
    /// What hasn't been read yet.
    bytes: &'p [u8],
}

fn cut() -> String {
    "lengths of texts that end too early".to_owned()
}

impl<'p> Numbers<'p> {
    /// Reads all numbers and adds them up.
    fn sum(&mut self, most: i64) -> Refused<i64> {
        let (block, miniblocks, n) = (self.unsigned()?, self.unsigned()?, self.unsigned()?);
        let mut number = self.signed()? as i32;
        if n > most as u64 {
            return Err(format!("{n} lengths in a page of {most} values"));
        }
        let in_miniblock = block.checked_div(miniblocks).filter(|in_miniblock| *in_miniblock > 0);
        let in_miniblock = in_miniblock.ok_or_else(|| format!("lengths in {miniblocks} parts of {block}"))?;
        let Some(mut left) = n.checked_sub(1) else { return Ok(0) };
        let mut sum = i64::from(number.max(0));
        while left > 0 {
            let least = self.signed()? as i32;
            for width in self.take(miniblocks)? {
                if left == 0 {
                    break;
                }
                let width = u64::from(*width);
                let packed = self.take(width.checked_mul(in_miniblock).ok_or_else(cut)? / 8)?;
                let here = left.min(in_miniblock);
                for at in 0..here {
                    number = number.wrapping_add(least).wrapping_add(bits(packed, at * width, width)? as i32);
                    // The decoder refuses numbers below 0.
                    sum = sum.saturating_add(i64::from(number.max(0)));
                }
                left -= here;
            }
        }
        Ok(sum)
    }

    fn take(&mut self, n: u64) -> Refused<&'p [u8]> {
        let (taken, rest) = usize::try_from(n).ok().and_then(|n| self.bytes.split_at_checked(n)).ok_or_else(cut)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn unsigned(&mut self) -> Refused<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a length of more than 64 bits".to_owned())
    }

    fn signed(&mut self) -> Refused<i64> {
        self.unsigned().map(|n| (n >> 1) as i64 ^ -((n & 1) as i64))
    }
}

/// A number of `width` bits (at most 32), the lowest first.
fn bits(packed: &[u8], from: u64, width: u64) -> Refused<u32> {
    if width > 32 {
        return Err(format!("lengths of {width} bits"));
    }
    let mut eight = [0; 8];
    let behind = packed.get((from / 8) as usize..).unwrap_or_default();
    let there = &behind[..behind.len().min(8)];
    eight[..there.len()].copy_from_slice(there);
    Ok((u64::from_le_bytes(eight) >> (from % 8) & ((1 << width) - 1)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, ListArray, RecordBatch, StringArray, builder};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::Compression;
    use parquet::file::properties::{WriterProperties, WriterVersion};

    /// What is found in a column that the library wrote.
    fn found(texts: ArrayRef, encoding: Encoding, version: WriterVersion) -> Refused<i64> {
        let batch = RecordBatch::try_from_iter([("text", texts)]).expect("a batch");
        let file = tempfile::tempfile().expect("a file");
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_dictionary_enabled(false)
            .set_encoding(encoding)
            .set_compression(Compression::SNAPPY)
            .set_data_page_row_count_limit(700)
            .build();
        let again = file.try_clone().expect("again");
        let mut writer = ArrowWriter::try_new(again, batch.schema(), Some(properties)).expect("a writer");
        writer.write(&batch).expect("writes");
        writer.close().expect("writes");
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.try_clone().expect("again")).expect("a file");
        let column = builder.metadata().row_group(0).column(0);
        check(&file, column)?;
        lengths(&file, column)?.sum()
    }

    #[test]
    fn lengths_are_those_of_the_texts() {
        // Some begin like the previous one, some are empty or null, and their lengths differ by little and by much.
        let text =
            |n: usize| (n % 7 != 3).then(|| "The regime met. ".repeat(n * n % 41) + &n.to_string().repeat(n % 5));
        let texts: StringArray = (0..2000).map(text).collect();
        let length: usize = texts.iter().flatten().map(str::len).sum();
        let mut lists = builder::ListBuilder::new(builder::StringBuilder::new());
        (0..2000).for_each(|n| lists.append_option((n % 5 > 0).then(|| (0..n % 4).map(|i| text(n + i)))));
        let lists: ListArray = lists.finish();
        let in_lists: usize = (0..2000)
            .map(|n| if n % 5 > 0 { (0..n % 4).filter_map(|i| text(n + i)).map(|t| t.len()).sum() } else { 0 })
            .sum();
        for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
            for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
                assert_eq!(
                    found(Arc::new(texts.clone()), encoding, version),
                    Ok(length as i64),
                    "{encoding} {version:?}"
                );
                assert_eq!(
                    found(Arc::new(lists.clone()), encoding, version),
                    Ok(in_lists as i64),
                    "{encoding} {version:?}"
                );
            }
        }
    }

    #[test]
    fn texts_that_begin_alike_are_counted_whole() {
        // A thousand lengths: from 0, each 65536 more; and a thousand times 0. Each difference equals the least one, so
        // it takes no bits.
        let longer = [0x80, 8, 1, 0xe8, 7, 0, 0x80, 0x80, 8, 0];
        let nothing = [0x80, 8, 1, 0xe8, 7, 0, 0, 0];
        let bytes = [&longer[..], &nothing].concat();
        let most = 65536 * (999 * 1000 / 2);
        assert_eq!(length(&bytes, Encoding::DELTA_BYTE_ARRAY, 1000), Ok(most));
        assert_eq!(length(&nothing, Encoding::DELTA_LENGTH_BYTE_ARRAY, 1000), Ok(0));
        assert!(unpacks(1 << 20, most).is_err());
    }

    #[test]
    fn codes_are_those_of_the_format() {
        assert_eq!((0..10).filter(|code| is_delta(*code)).collect::<Vec<_>>(), [6, 7]);
    }

    #[test]
    fn more_lengths_than_values_are_refused() {
        let sum = |bytes: &[u8], most| Numbers { bytes }.sum(most);
        // Blocks of 128 in four parts; three numbers, 5, 6 and 8: differences 1 and 2, the least 1, by one bit 0 and 1.
        let good = [0x80, 1, 4, 3, 10, 2, 1, 9, 9, 9, 0b10, 0, 0, 0];
        assert_eq!(sum(&good, 3), Ok(19));
        assert_eq!(sum(&good, 2), Err("3 lengths in a page of 2 values".to_owned()));
        for end in 0..good.len() {
            assert!(sum(&good[..end], 3).is_err(), "{end}");
        }
        assert_eq!(sum(&[0x80, 1, 0, 3, 10], 3), Err("lengths in 0 parts of 128".to_owned()));
        assert_eq!(sum(&[&good[..6], &[33], &[0; 200]].concat(), 3), Err("lengths of 33 bits".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64)) {
            let _ = Numbers { bytes: &bytes }.sum(1000);
        }
    }
}
