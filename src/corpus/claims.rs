//! Checks what data frames claim: refuses sizes that no file of its length can have, and data that unpacks to far more
//! than its packed size. This file is about Arrow; [`super::pages`] checks Parquet.
//!
//! The libraries trust a file's claims and allocate memory before they read. A file crafted to fill the memory is
//! refused here before it is decoded.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::limits;
use arrow_ipc::{Block, Message, RecordBatch, root_as_footer, root_as_message};

/// Why a file isn't decoded.
pub(super) type Refused<T = ()> = Result<T, String>;

/// Checks the number of packed bytes against the number they claim to unpack to.
pub(super) fn unpacks(packed: i64, unpacked: i64) -> Refused {
    let bomb = unpacked > limits::UNPACKED && unpacked / limits::UNPACKED_RATIO > packed.max(0);
    match !(0..=limits::UNPACKED_MOST).contains(&unpacked) || bomb {
        true => Err(format!("{packed} bytes that claim to unpack to {unpacked}")),
        false => Ok(()),
    }
}

/// Checks the number of rows: if all are null or empty, any number of them takes a few bytes.
pub(super) fn rows(rows: i64, bytes: i64) -> Refused {
    match rows > limits::ROWS && rows / limits::ROWS_RATIO > bytes {
        true => Err(format!("{bytes} bytes that claim to be {rows} rows")),
        false => Ok(()),
    }
}

/// Checks all blocks of an Arrow file.
pub(crate) fn arrow_file(file: File) -> Refused {
    let mut file = Checked::new(file)?;
    // A file ends with the footer, its length, and six letters.
    let end = file.size - 10;
    let length = file.number(end)?;
    let start = end.checked_sub(i64::from(length)).filter(|start| length >= 0 && *start >= 0);
    let start = start.ok_or_else(|| format!("a footer of {length} bytes in a file of {}", file.size))?;
    let bytes = file.bytes(start, i64::from(length))?;
    let footer = root_as_footer(&bytes).map_err(|e| e.to_string())?;
    for blocks in [footer.dictionaries(), footer.recordBatches()].into_iter().flatten() {
        blocks.iter().try_for_each(|block| file.block(block))?;
    }
    Ok(())
}

/// Checks all messages of an Arrow stream.
pub(crate) fn arrow_stream(file: File) -> Refused {
    let mut file = Checked::new(file)?;
    let mut at = 0;
    // What is too short for a length is the end, too.
    while file.size - at >= 4 {
        let (start, length) = match file.number(at)? {
            -1 => (at + 8, file.number(at + 4)?),
            length => (at + 4, length),
        };
        if length == 0 {
            break;
        }
        let bytes = file.bytes(start, i64::from(length))?;
        let message = root_as_message(&bytes).map_err(|e| e.to_string())?;
        let body = start + i64::from(length);
        file.message(&message, body, message.bodyLength())?;
        at = body + message.bodyLength();
    }
    Ok(())
}

/// A file of which nothing beyond its end is read.
struct Checked {
    file: File,
    size: i64,
    /// So far.
    rows: i64,
}

impl Checked {
    fn new(file: File) -> Refused<Self> {
        let size = file.metadata().map_err(|e| e.to_string())?.len();
        Ok(Checked { file, size: i64::try_from(size).map_err(|e| e.to_string())?, rows: 0 })
    }

    /// Whether the file has these bytes.
    fn has(&self, at: i64, length: i64) -> Refused {
        match at >= 0 && length >= 0 && at.checked_add(length).is_some_and(|end| end <= self.size) {
            true => Ok(()),
            false => Err(format!("{length} bytes at {at} in a file of {}", self.size)),
        }
    }

    fn bytes(&mut self, at: i64, length: i64) -> Refused<Vec<u8>> {
        self.has(at, length)?;
        let mut bytes = vec![0; length as usize];
        let mut read = || -> io::Result<()> {
            self.file.seek(SeekFrom::Start(at as u64))?;
            self.file.read_exact(&mut bytes)
        };
        read().map_err(|e| e.to_string())?;
        Ok(bytes)
    }

    fn number(&mut self, at: i64) -> Refused<i32> {
        let bytes = self.bytes(at, 4)?;
        Ok(bytes.try_into().map_or(0, i32::from_le_bytes))
    }

    fn block(&mut self, block: &Block) -> Refused {
        let (at, head, body) = (block.offset(), i64::from(block.metaDataLength()), block.bodyLength());
        let bytes = self.bytes(at, head)?;
        self.has(at + head, body)?;
        let prefix = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
        let bytes = bytes.get(prefix..).ok_or_else(|| format!("a message of {head} bytes"))?;
        let message = root_as_message(bytes).map_err(|e| e.to_string())?;
        self.message(&message, at + head, body)
    }

    fn message(&mut self, message: &Message<'_>, body: i64, length: i64) -> Refused {
        self.has(body, length)?;
        let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
        let batch = message.header_as_record_batch().or(dictionary);
        self.rows = self.rows.saturating_add(batch.map_or(0, |batch| batch.length().max(0)));
        rows(self.rows, self.size)?;
        match batch {
            Some(batch) if batch.compression().is_some() => self.packed(&batch, body, length),
            _ => Ok(()),
        }
    }

    /// Every packed buffer begins with its unpacked length; -1 says that it isn't packed.
    fn packed(&mut self, batch: &RecordBatch<'_>, body: i64, length: i64) -> Refused {
        for buffer in batch.buffers().into_iter().flatten().filter(|buffer| buffer.length() >= 8) {
            if buffer.offset() < 0 || buffer.offset() > length {
                return Err(format!("a buffer at {} in a body of {length} bytes", buffer.offset()));
            }
            let claimed = self.bytes(body + buffer.offset(), 8)?.try_into().map_or(-1, i64::from_le_bytes);
            if claimed != -1 {
                unpacks(buffer.length(), claimed)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Array, ArrayRef, NullArray, RecordBatch, StringArray};
    use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};
    use std::io::Write;
    use std::sync::Arc;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("writes");
        file
    }

    /// A table of one column in a packed stream.
    fn stream(texts: impl Array + 'static) -> Vec<u8> {
        let texts: ArrayRef = Arc::new(texts);
        let batch = RecordBatch::try_from_iter([("text", texts)]).expect("a batch");
        let packed = Some(arrow_ipc::CompressionType::ZSTD);
        let options = IpcWriteOptions::default().try_with_compression(packed).expect("packs");
        let mut writer = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options).expect("writes");
        writer.write(&batch).expect("writes");
        writer.into_inner().expect("writes")
    }

    #[test]
    fn what_claims_too_much_is_refused() {
        let whole = stream(StringArray::from(vec!["The regime met. ".repeat(1000); 3]));
        assert_eq!(arrow_stream(file(&whole)), Ok(()));
        let at = whole.windows(8).rposition(|w| w == 48_000_i64.to_le_bytes()).expect("the length of the texts");
        for claimed in [1_i64 << 62, 1 << 40, 1 << 30, -2] {
            let mut bytes = whole.clone();
            bytes.splice(at..at + 8, claimed.to_le_bytes());
            let refused = arrow_stream(file(&bytes)).expect_err("refused");
            assert!(refused.ends_with(&format!("that claim to unpack to {claimed}")), "{refused}");
        }
        let mut bytes = whole.clone();
        bytes.splice(4..8, 0x7fff_fff8_i32.to_le_bytes());
        assert_eq!(arrow_stream(file(&bytes)), Err(format!("2147483640 bytes at 8 in a file of {}", whole.len())));
        let tail = |bytes: &[u8]| arrow_stream(file(&[&whole[..whole.len() - 8], bytes].concat()));
        assert_eq!(tail(&[9; 3]), Ok(()));
        assert!(tail(&[0, 0, 0, 9]).is_err_and(|e| e.starts_with("150994944 bytes at ")));
        assert!(arrow_file(file(b"ARROW1\0\0\xff\xff\xff\x7fARROW1")).is_err());
    }

    #[test]
    fn rows_of_nothing_are_refused() {
        let nulls = |n: i64| arrow_stream(file(&stream(NullArray::new(n as usize))));
        assert_eq!(nulls(limits::ROWS), Ok(()));
        let refused = nulls(limits::ROWS + 1).expect_err("refused");
        assert!(refused.ends_with("bytes that claim to be 1048577 rows"), "{refused}");
    }
}
