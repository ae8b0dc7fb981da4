//! Readers of untrusted Parquet files: what columns and pages claim is checked before anything is unpacked.
//!
//! A column's sizes are in the file's footer, those of a page in the page's header. The decoder trusts the page header,
//! and with gzip it unpacks whatever comes. So all page headers are checked (Thrift's compact protocol, of which only
//! sizes are read), and gzip is unpacked once just for its length. The old LZ4 is refused: it may be framed, and then
//! its size can be neither trusted nor easily found; today's files have `LZ4_RAW`. [`super::footer`] checks the footer.

use super::claims::{self, Refused, unpacks};
use super::thrift::{Thrift, kind};
use super::{deltas, footer, parquet_structs as structs};
use crate::limits;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use flate2::bufread::MultiGzDecoder;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

/// A reader of a Parquet file, after checking its columns: all of them, or the wanted ones. Texts are views: one that
/// many rows share is in memory once, however it is stored in the file.
pub(crate) fn reader(file: File, wanted: Option<&[usize]>) -> Refused<ParquetRecordBatchReaderBuilder<File>> {
    let failed = |e: ParquetError| e.to_string();
    let again = || file.try_clone().map_err(|e| e.to_string());
    let told = told(&file)?;
    let schema = told.metadata().file_metadata().schema_descr();
    let mut input = io::BufReader::new(again()?);
    let (mut rows, mut packed) = (0i64, 0i64);
    for group in told.metadata().row_groups() {
        for (leaf, column) in group.columns().iter().enumerate() {
            if wanted.is_none_or(|wanted| wanted.contains(&schema.get_column_root_idx(leaf))) {
                unpacks(column.compressed_size(), column.uncompressed_size())?;
                if check(&mut input, column, group.num_rows())?.has_deltas {
                    deltas::check(&file, column)?;
                }
                packed = packed.saturating_add(column.compressed_size());
            }
        }
        rows = rows.saturating_add(group.num_rows().max(0));
    }
    claims::rows(rows, packed)?;
    let fields: Vec<Field> = told.schema().fields().iter().map(|field| viewed(field)).collect();
    let schema = Schema::new_with_metadata(fields, told.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    let metadata = ArrowReaderMetadata::try_new(told.metadata().clone(), options).map_err(failed)?;
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata))
}

/// Checks that every text of a batch is UTF-8, by itself: the library checks delta-coded texts only all together, and
/// those that are declared as JSON not at all.
pub(crate) fn checked(batch: RecordBatch) -> Result<RecordBatch, ArrowError> {
    batch.columns().iter().try_for_each(|column| column.to_data().validate_full())?;
    Ok(batch)
}

/// Checks and reads the footer of a Parquet file.
pub(super) fn told(file: &File) -> Refused<ArrowReaderMetadata> {
    footer::check(file)?;
    ArrowReaderMetadata::load(file, ArrowReaderOptions::new()).map_err(|e| e.to_string())
}

fn viewed(field: &Field) -> Field {
    let kind = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::List(items) => DataType::List(Arc::new(viewed(items))),
        DataType::LargeList(items) => DataType::LargeList(Arc::new(viewed(items))),
        other => other.clone(),
    };
    field.clone().with_data_type(kind)
}

/// Checks the pages of one column of a row group with this many rows.
fn check(file: &mut (impl BufRead + Seek), column: &ColumnChunkMetaData, rows: i64) -> Refused<Pages> {
    if column.compression() == Compression::LZ4 {
        return Err("pages packed with LZ4 in its old form, which is not supported".to_owned());
    }
    let (start, length) = column.byte_range();
    let is_gzip = matches!(column.compression(), Compression::GZIP(_));
    let has_lists = column.column_descr().max_rep_level() > 0;
    let range = start..start.saturating_add(length);
    let all = check_range(file, range, is_gzip)?;
    if all.unpacked > column.uncompressed_size().saturating_add(limits::UNPACKED) {
        let claimed = column.uncompressed_size();
        return Err(format!("pages that unpack to {} bytes in a column that claims {claimed}", all.unpacked));
    }
    // The decoder trusts the pages. A row has one value, but a list has as many as it claims, and a few bytes can stand
    // for any number of equal values.
    if !has_lists && all.items != rows {
        return Err(format!("pages of {} values in a group of {rows} rows", all.items));
    }
    let is_bomb = all.items > limits::ITEMS && all.items / limits::ITEMS_RATIO > length as i64;
    if has_lists && (is_bomb || all.most_items > limits::ITEMS) {
        return Err(format!("{length} bytes that claim to be {} items of lists", all.items));
    }
    Ok(all)
}

/// All pages of a column together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pages {
    unpacked: i64,
    items: i64,
    /// Items of the page with the most items.
    most_items: i64,
    /// Whether lengths of texts are coded as differences, which the sizes of pages don't show.
    has_deltas: bool,
}

fn check_range(file: &mut (impl BufRead + Seek), range: Range<u64>, is_gzip: bool) -> Refused<Pages> {
    let (mut at, end, mut all) = (range.start, range.end, Pages::default());
    while at < end {
        let failed = |e: io::Error| format!("no page at byte {at}: {e}");
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        let mut thrift = Thrift::new(&mut *file);
        let page = page(&mut thrift).map_err(failed)?;
        let length = thrift.read.saturating_add(page.packed as u64);
        if page.packed < 0 || length > end - at {
            return Err(format!("a page of {} bytes at byte {at}, and {} are left", page.packed, end - at));
        }
        unpacks(page.packed, page.unpacked)?;
        // The decoder allocates memory for all values before it reads the first, and each takes at least one byte.
        if page.in_dictionary > page.unpacked {
            return Err(format!("a dictionary of {} bytes that claims {} values", page.unpacked, page.in_dictionary));
        }
        if is_gzip && page.is_packed {
            check_gzip(file, &page)?;
        }
        all.unpacked = all.unpacked.saturating_add(page.unpacked);
        all.items = all.items.saturating_add(page.items);
        all.most_items = all.most_items.max(page.items);
        all.has_deltas |= page.is_delta;
        at += length;
    }
    Ok(all)
}

/// Unpacks a page to find its length. Broken data is refused, too: the decoder may begin elsewhere and find something.
fn check_gzip(file: &mut impl Read, page: &Page) -> Refused {
    if page.packed <= page.levels {
        // Nothing but nulls.
        return Ok(());
    }
    let mut packed = io::BufReader::new(file.take(page.packed as u64));
    // Levels come before it, unpacked.
    let levels = io::copy(&mut packed.by_ref().take(page.levels as u64), &mut io::sink());
    let most = page.unpacked.saturating_sub(page.levels).max(0) as u64;
    let unpacked = levels.and_then(|_| io::copy(&mut MultiGzDecoder::new(packed).take(most + 1), &mut io::sink()));
    match unpacked {
        Ok(unpacked) if unpacked > most => {
            Err(format!("a page that unpacks to more than the {most} bytes that it claims"))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("a page that can't be unpacked: {error}")),
    }
}

/// What a page's header says, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Page {
    unpacked: i64,
    packed: i64,
    items: i64,
    levels: i64,
    is_packed: bool,
    /// Values of a dictionary page.
    in_dictionary: i64,
    is_delta: bool,
}

fn page(thrift: &mut Thrift<'_, impl BufRead + Seek>) -> io::Result<Page> {
    let mut page = Page { unpacked: -1, packed: -1, is_packed: true, ..Page::default() };
    thrift.fields(|thrift, field, kind| {
        match (field, kind) {
            (2, kind) => page.unpacked = thrift.number_32(kind)?,
            (3, kind) => page.packed = thrift.number_32(kind)?,
            (5, kind::STRUCT) => data_page(thrift, &mut page)?,
            (7, kind::STRUCT) => dictionary_page(thrift, &mut page)?,
            (8, kind::STRUCT) => data_page_v2(thrift, &mut page)?,
            (field, kind) => thrift.field_as(structs::PAGE_HEADER, field, kind)?,
        }
        Ok(())
    })?;
    Ok(page)
}

fn data_page(thrift: &mut Thrift<'_, impl BufRead + Seek>, page: &mut Page) -> io::Result<()> {
    thrift.fields(|thrift, field, kind| {
        match field {
            1 => page.items = thrift.number_32(kind)?.max(0),
            2 => page.is_delta = deltas::is_delta(thrift.number_32(kind)?),
            field => thrift.field_as(structs::DATA_PAGE_HEADER, field, kind)?,
        }
        Ok(())
    })
}

fn data_page_v2(thrift: &mut Thrift<'_, impl BufRead + Seek>, page: &mut Page) -> io::Result<()> {
    thrift.fields(|thrift, field, kind| {
        match (field, kind) {
            (1, kind) => page.items = thrift.number_32(kind)?.max(0),
            (4, kind) => page.is_delta = deltas::is_delta(thrift.number_32(kind)?),
            (5 | 6, kind) => page.levels = page.levels.saturating_add(thrift.number_32(kind)?.max(0)),
            (7, kind::FALSE) => page.is_packed = false,
            (field, kind) => thrift.field_as(structs::DATA_PAGE_HEADER_V2, field, kind)?,
        }
        Ok(())
    })
}

fn dictionary_page(thrift: &mut Thrift<'_, impl BufRead + Seek>, page: &mut Page) -> io::Result<()> {
    thrift.fields(|thrift, field, kind| {
        match field {
            1 => page.in_dictionary = thrift.number_32(kind)?.max(0),
            field => thrift.field_as(structs::DICTIONARY_PAGE_HEADER, field, kind)?,
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression as Level;
    use flate2::write::GzEncoder;
    use parquet::basic::Encoding;
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::io::{Cursor, Write};

    fn varint(mut n: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while n >= 0x80 {
            bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        bytes.push(n as u8);
        bytes
    }

    /// A page that claims to unpack to this many bytes.
    fn page(claimed: u64, packed: &[u8]) -> Vec<u8> {
        let sizes = [
            vec![0x15, 0],
            [vec![0x15], varint(2 * claimed)].concat(),
            [vec![0x15], varint(2 * packed.len() as u64)].concat(),
        ];
        // Five plain values, with statistics whose maximum is "x", and a list of something unknown.
        let head = [0x2c, 0x15, 10, 0x15, 0, 0x15, 6, 0x15, 6, 0x1c, 0x18, 1, b'x', 0, 0, 0x79, 0x25, 2, 4, 0];
        [sizes.concat(), head.to_vec(), packed.to_vec()].concat()
    }

    fn checked(bytes: Vec<u8>, is_gzip: bool) -> Refused<Pages> {
        let end = bytes.len() as u64;
        check_range(&mut Cursor::new(bytes), 0..end, is_gzip)
    }

    #[test]
    fn pages_that_claim_too_much_are_refused() {
        let good = [page(100, b"packed"), page(100, b"packed")].concat();
        assert_eq!(
            checked(good.clone(), false),
            Ok(Pages { unpacked: 200, items: 10, most_items: 5, has_deltas: false })
        );
        let much = checked([good.clone(), page(i32::MAX as u64, b"packed")].concat(), false);
        assert_eq!(much, Err("6 bytes that claim to unpack to 2147483647".to_owned()));
        for end in 1..good.len() {
            let cut = checked(good[..end].to_vec(), false);
            assert!(cut.is_err() || end == good.len() / 2, "{end}");
        }
    }

    #[test]
    fn gzip_that_is_longer_than_its_page_claims_is_refused() {
        let mut gzip = GzEncoder::new(Vec::new(), Level::fast());
        gzip.write_all(&[0; 1 << 20]).expect("in memory");
        let zeros = gzip.finish().expect("in memory");
        assert!(checked(page(1 << 20, &zeros), true).is_ok());
        let refused = "a page that unpacks to more than the 1000 bytes that it claims".to_owned();
        assert_eq!(checked(page(1000, &zeros), true), Err(refused));
        assert!(
            checked(page(1 << 20, &zeros[1..]), true).is_err_and(|e| e.starts_with("a page that can't be unpacked"))
        );
        assert!(checked(page(0, &[]), true).is_ok());
    }

    #[test]
    fn heads_that_a_decoder_would_read_otherwise_are_refused() {
        let good = page(100, b"packed");
        // The first field again, with another number; a text for the packed size, and for the type; another unpacked
        // size, if only 32 of its 64 bits are read.
        let twice = [&good[..2], &[0x05, 2, 0], &good[2..]].concat();
        let text = [&good[..5], &[0x18], &good[6..]].concat();
        let kind = [&[0x18], &good[1..]].concat();
        let long = [&good[..3], &[0xc9, 0x81, 0x80, 0x80, 0x20], &good[5..]].concat();
        for (what, bytes) in [("twice", twice), ("text", text), ("type", kind), ("long", long)] {
            let told = checked(bytes, false);
            assert!(told.as_ref().is_err_and(|e| e.starts_with("no page at byte 0")), "{what}: {told:?}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good = page(100, b"packed");
        for at in 0..good.len() {
            for byte in [0, 1, 0x0c, 0x19, 0x7f, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] = byte;
                // Whatever it says.
                let _ = checked(bytes, true);
            }
        }
    }

    /// The pages of a file whose lists have this many items each, as written by the library.
    fn written(rows: usize, items: usize, packed: Compression) -> Refused {
        use parquet::arrow::ArrowWriter;
        use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
        let lists = crate::tally::parquet::numbers((0..rows).map(|_| vec![0; items]));
        let batch = RecordBatch::try_from_iter([("text", lists)]).expect("a batch");
        let file = tempfile::tempfile().expect("a file");
        let properties = WriterProperties::builder().set_compression(packed).build();
        let mut writer =
            ArrowWriter::try_new(file.try_clone().expect("again"), batch.schema(), Some(properties)).expect("a writer");
        writer.write(&batch).expect("writes");
        writer.close().expect("writes");
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.try_clone().expect("again")).expect("a file");
        let group = builder.metadata().row_group(0);
        check(&mut io::BufReader::new(file), group.column(0), group.num_rows()).map(drop)
    }

    /// The texts of a file whose only column has these bytes as values, by its declared type and encoding.
    fn texts(declared: &str, encoding: Encoding, values: &[&str], length: usize) -> Result<usize, String> {
        let schema = parse_message_type(&format!("message rows {{ required binary text ({declared}); }}"));
        let properties = WriterProperties::builder().set_dictionary_enabled(false).set_encoding(encoding).build();
        let file = tempfile::tempfile().expect("a file");
        let again = file.try_clone().expect("again");
        let mut writer = SerializedFileWriter::new(again, Arc::new(schema.expect("a schema")), Arc::new(properties))
            .expect("writes");
        let mut group = writer.next_row_group().expect("writes");
        let mut column = group.next_column().expect("writes").expect("a column");
        // Cut wherever `length` says, which may be within a letter.
        let bytes = values.concat().into_bytes();
        let parts: Vec<ByteArray> = bytes.chunks(length).map(|part| part.to_vec().into()).collect();
        column.typed::<ByteArrayType>().write_batch(&parts, None, None).expect("writes");
        column.close().expect("writes");
        group.close().expect("writes");
        writer.close().expect("writes");
        let batches = reader(file, None)?.build().map_err(|e| e.to_string())?;
        let read = batches.map(|batch| batch.and_then(super::checked).map(|batch| batch.num_rows()));
        read.sum::<Result<usize, ArrowError>>().map_err(|e| e.to_string())
    }

    #[test]
    fn every_text_is_utf_8_by_itself() {
        for encoding in [Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
            for declared in ["UTF8", "STRING", "JSON"] {
                for values in [["é"; 9], ["A longer text, é"; 9]] {
                    let whole = values[0].len();
                    assert_eq!(texts(declared, encoding, &values, whole), Ok(9), "{declared} {encoding}");
                    // Together they are UTF-8, but every other one begins or ends within a letter.
                    let cut = texts(declared, encoding, &values, whole - 1);
                    assert!(cut.is_err(), "{declared} {encoding}: {cut:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read_unless_its_lists_are_bombs() {
        for packed in [Compression::UNCOMPRESSED, Compression::LZ4_RAW, Compression::GZIP(Default::default())] {
            assert_eq!(written(1000, 50, packed), Ok(()));
        }
        assert!(written(1000, 50, Compression::LZ4).is_err_and(|e| e.contains("not supported")));
        let refused = written(1, limits::ITEMS as usize + 1, Compression::UNCOMPRESSED).expect_err("a bomb");
        assert!(refused.ends_with("bytes that claim to be 16777217 items of lists"), "{refused}");
    }
}
