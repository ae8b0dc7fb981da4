//! One value of an Arrow column as text.
//!
//! Takes an array and a row, hands on the value as JSON and CSV would write it: numbers and truth values as usual, days
//! as `2017-04-05`, lists joined. Texts are borrowed, whatever their encoding.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, Decimal128Array};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDateTime, NaiveTime};

/// Bytes that aren't UTF-8: all of them, and the offset of the first invalid one.
#[derive(Debug)]
pub(crate) struct NotUtf8<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

/// Whether columns of this type can be read.
pub(crate) fn reads(kind: &DataType) -> bool {
    use DataType as D;
    match kind {
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Binary | D::LargeBinary | D::BinaryView | D::Null | D::Boolean => {
            true
        }
        D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 => true,
        D::Float16 | D::Float32 | D::Float64 | D::Decimal128(..) | D::Date32 | D::Date64 | D::Timestamp(..) => true,
        D::Dictionary(_, values) => reads(values),
        D::List(items) | D::LargeList(items) => reads(items.data_type()),
        _ => false,
    }
}

/// Whether this is a type of texts.
pub(crate) fn is_text(kind: &DataType) -> bool {
    use DataType as D;
    match kind {
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Binary | D::LargeBinary | D::BinaryView => true,
        D::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The value in this row, `None` if it is null or NaN. Lists are joined by `between`.
pub(crate) fn value<'a>(array: &'a dyn Array, row: usize, between: &str) -> Result<Option<Cow<'a, str>>, NotUtf8<'a>> {
    if array.is_null(row) {
        return Ok(None);
    }
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        return match key(dictionary.keys(), row) {
            Some(key) if key < dictionary.values().len() => value(dictionary.values().as_ref(), key, between),
            _ => Ok(None),
        };
    }
    Ok(Some(match array.data_type() {
        DataType::Utf8 => Cow::Borrowed(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Cow::Borrowed(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Cow::Borrowed(array.as_string_view().value(row)),
        DataType::Binary => utf8(array.as_binary::<i32>().value(row))?,
        DataType::LargeBinary => utf8(array.as_binary::<i64>().value(row))?,
        DataType::BinaryView => utf8(array.as_binary_view().value(row))?,
        DataType::Boolean => Cow::Borrowed(if array.as_boolean().value(row) { "true" } else { "false" }),
        DataType::List(_) => joined(array.as_list::<i32>().value(row).as_ref(), between),
        DataType::LargeList(_) => joined(array.as_list::<i64>().value(row).as_ref(), between),
        _ => return Ok(plain(array, row).map(Cow::Owned)),
    }))
}

/// An upper bound for the bytes of text of [`value`] in this row, without joining lists.
pub(crate) fn bytes(array: &dyn Array, row: usize) -> usize {
    fn of_list(list: &dyn Array) -> usize {
        // The separator of two items has two bytes.
        (0..list.len()).map(|item| bytes(list, item).saturating_add(2)).fold(0, usize::saturating_add)
    }
    if array.is_null(row) {
        return 0;
    }
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let key = key(dictionary.keys(), row).filter(|key| *key < dictionary.values().len());
        return key.map_or(0, |key| bytes(dictionary.values().as_ref(), key));
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).len(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).len(),
        DataType::Utf8View => array.as_string_view().value(row).len(),
        DataType::Binary => array.as_binary::<i32>().value(row).len(),
        DataType::LargeBinary => array.as_binary::<i64>().value(row).len(),
        DataType::BinaryView => array.as_binary_view().value(row).len(),
        DataType::List(_) => of_list(array.as_list::<i32>().value(row).as_ref()),
        DataType::LargeList(_) => of_list(array.as_list::<i64>().value(row).as_ref()),
        DataType::Boolean => "false".len(),
        _ => plain(array, row).map_or(0, |text| text.len()),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, NotUtf8<'_>> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| NotUtf8 { bytes, at: error.valid_up_to() })
}

/// The items of a list, without nulls and broken texts.
fn joined(list: &dyn Array, between: &str) -> Cow<'static, str> {
    let (mut joined, mut is_first) = (String::new(), true);
    for item in (0..list.len()).filter_map(|row| value(list, row, between).ok().flatten()) {
        if !std::mem::take(&mut is_first) {
            joined.push_str(between);
        }
        joined.push_str(&item);
    }
    Cow::Owned(joined)
}

/// A key of a dictionary.
fn key(keys: &dyn Array, row: usize) -> Option<usize> {
    fn of<T: ArrowPrimitiveType>(keys: &dyn Array, row: usize) -> Option<usize>
    where
        T::Native: TryInto<usize>,
    {
        keys.as_primitive_opt::<T>()?.value(row).try_into().ok()
    }
    match keys.data_type() {
        DataType::Int8 => of::<Int8Type>(keys, row),
        DataType::Int16 => of::<Int16Type>(keys, row),
        DataType::Int32 => of::<Int32Type>(keys, row),
        DataType::Int64 => of::<Int64Type>(keys, row),
        DataType::UInt8 => of::<UInt8Type>(keys, row),
        DataType::UInt16 => of::<UInt16Type>(keys, row),
        DataType::UInt32 => of::<UInt32Type>(keys, row),
        DataType::UInt64 => of::<UInt64Type>(keys, row),
        _ => None,
    }
}

/// A number, a day or a time.
fn plain(array: &dyn Array, row: usize) -> Option<String> {
    fn of<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> Option<T::Native> {
        array.as_primitive_opt::<T>().map(|array| array.value(row))
    }
    let float = |x: f64| (!x.is_nan()).then(|| x.to_string());
    Some(match array.data_type() {
        DataType::Int8 => of::<Int8Type>(array, row)?.to_string(),
        DataType::Int16 => of::<Int16Type>(array, row)?.to_string(),
        DataType::Int32 => of::<Int32Type>(array, row)?.to_string(),
        DataType::Int64 => of::<Int64Type>(array, row)?.to_string(),
        DataType::UInt8 => of::<UInt8Type>(array, row)?.to_string(),
        DataType::UInt16 => of::<UInt16Type>(array, row)?.to_string(),
        DataType::UInt32 => of::<UInt32Type>(array, row)?.to_string(),
        DataType::UInt64 => of::<UInt64Type>(array, row)?.to_string(),
        DataType::Float16 => float(of::<Float16Type>(array, row)?.to_f64())?,
        // In its own precision: 0.1 stays 0.1.
        DataType::Float32 => of::<Float32Type>(array, row).filter(|x| !x.is_nan())?.to_string(),
        DataType::Float64 => float(of::<Float64Type>(array, row)?)?,
        DataType::Decimal128(..) => {
            array.as_primitive_opt::<Decimal128Type>().map(|a: &Decimal128Array| a.value_as_string(row))?
        }
        DataType::Date32 => time(i64::from(of::<Date32Type>(array, row)?).checked_mul(86_400), 0),
        DataType::Date64 => split(of::<Date64Type>(array, row)?, 1_000, 0),
        DataType::Timestamp(unit, zone) => {
            let shift = zone.as_deref().and_then(offset).unwrap_or(0);
            match unit {
                TimeUnit::Second => split(of::<TimestampSecondType>(array, row)?, 1, shift),
                TimeUnit::Millisecond => split(of::<TimestampMillisecondType>(array, row)?, 1_000, shift),
                TimeUnit::Microsecond => split(of::<TimestampMicrosecondType>(array, row)?, 1_000_000, shift),
                TimeUnit::Nanosecond => split(of::<TimestampNanosecondType>(array, row)?, 1_000_000_000, shift),
            }
        }
        _ => return None,
    })
}

/// A time in units since 1970: `units` to a second, `shift` seconds ahead of UTC.
fn split(value: i64, units: i64, shift: i64) -> String {
    let nanos = value.rem_euclid(units) * (1_000_000_000 / units);
    time(value.div_euclid(units).checked_add(shift), nanos as u32)
}

/// `2017-04-05` at midnight, else `2017-04-05T10:00:00`. Times beyond the calendar are given in seconds.
fn time(seconds: Option<i64>, nanos: u32) -> String {
    let time = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, nanos)).map(|time| time.naive_utc());
    match time {
        Some(time) if time.time() == NaiveTime::MIN => time.date().to_string(),
        Some(time) => NaiveDateTime::format(&time, "%Y-%m-%dT%H:%M:%S%.f").to_string(),
        None => format!("{} seconds since 1970", seconds.unwrap_or(i64::MAX)),
    }
}

/// The seconds by which a time zone is ahead of UTC; `None` for a named one (`Europe/Berlin`), which would need time
/// zone tables.
pub(crate) fn offset(zone: &str) -> Option<i64> {
    if ["utc", "etc/utc", "gmt", "z", ""].iter().any(|utc| zone.eq_ignore_ascii_case(utc)) {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use arrow_array::types::Int8Type as Key;
    use arrow_array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Date64Array, DictionaryArray, Float32Array, Float64Array,
        Int64Array, LargeStringArray, ListArray, NullArray, StringArray, StringViewArray, TimestampMillisecondArray,
        TimestampNanosecondArray, UInt64Array,
    };

    /// All values; `-` for none.
    fn all(array: impl Array + 'static) -> Vec<String> {
        let array: ArrayRef = Arc::new(array);
        assert!(reads(array.data_type()), "{}", array.data_type());
        let of = |row| value(array.as_ref(), row, ", ").expect("UTF-8").map_or("-".to_owned(), Cow::into_owned);
        (0..array.len()).map(of).collect()
    }

    #[test]
    fn texts_of_every_packing_are_the_same() {
        let texts = [Some("a"), None, Some("")];
        let want = ["a", "-", ""];
        assert_eq!(all(StringArray::from(texts.to_vec())), want);
        assert_eq!(all(LargeStringArray::from(texts.to_vec())), want);
        assert_eq!(all(StringViewArray::from(texts.to_vec())), want);
        assert_eq!(all(BinaryArray::from(texts.map(|t| t.map(str::as_bytes)).to_vec())), want);
        assert_eq!(all(texts.into_iter().collect::<DictionaryArray<Key>>()), want);
        assert_eq!(all(NullArray::new(2)), ["-", "-"]);
    }

    #[test]
    fn broken_utf8_says_where() {
        let array: ArrayRef = Arc::new(BinaryArray::from(vec![&b"caf\xe9"[..]]));
        let error = value(array.as_ref(), 0, "").expect_err("no UTF-8");
        assert_eq!((error.bytes, error.at), (&b"caf\xe9"[..], 3));
    }

    #[test]
    fn numbers_are_as_json_has_them() {
        assert_eq!(all(Int64Array::from(vec![Some(-7), None])), ["-7", "-"]);
        assert_eq!(all(UInt64Array::from(vec![u64::MAX])), ["18446744073709551615"]);
        assert_eq!(all(Float64Array::from(vec![1.0, 0.5, f64::NAN])), ["1", "0.5", "-"]);
        assert_eq!(all(Float32Array::from(vec![0.1])), ["0.1"]);
        assert_eq!(all(BooleanArray::from(vec![true, false])), ["true", "false"]);
        let decimal = Decimal128Array::from(vec![12345]).with_precision_and_scale(10, 2).expect("a decimal");
        assert_eq!(all(decimal), ["123.45"]);
    }

    #[test]
    fn lists_are_joined_without_nulls() {
        let list = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([
            Some(vec![Some(1), None, Some(2)]),
            None,
            Some(vec![]),
        ]);
        assert_eq!(all(list), ["1, 2", "-", ""]);
    }

    #[test]
    fn days_and_times_are_those_of_their_zone() {
        let day = 17_261; // 2017-04-05
        let noon = day * 86_400_000 + 12 * 3_600_000;
        assert_eq!(
            all(Date32Array::from(vec![day as i32, i32::MAX])),
            ["2017-04-05", "185542587100800 seconds since 1970"]
        );
        assert_eq!(all(Date64Array::from(vec![day * 86_400_000, -1])), ["2017-04-05", "1969-12-31T23:59:59.999"]);
        let times = || TimestampMillisecondArray::from(vec![day * 86_400_000, noon]);
        assert_eq!(all(times()), ["2017-04-05", "2017-04-05T12:00:00"]);
        assert_eq!(all(times().with_timezone("+13:30")), ["2017-04-05T13:30:00", "2017-04-06T01:30:00"]);
        assert_eq!(all(times().with_timezone("Europe/Berlin")), ["2017-04-05", "2017-04-05T12:00:00"]);
        assert_eq!(all(TimestampNanosecondArray::from(vec![i64::MIN]))[0], "1677-09-21T00:12:43.145224192");
    }

    #[test]
    fn zones_without_a_name_have_an_offset() {
        let found = ["UTC", "+02:00", "-0330", "Europe/Berlin", "+2", "é"].map(offset);
        assert_eq!(found, [Some(0), Some(7200), Some(-12_600), None, None, None]);
    }

    #[test]
    fn what_holds_no_value_is_not_read() {
        let inner = arrow_schema::Fields::empty();
        assert!(!reads(&DataType::Struct(inner)));
        assert!(!reads(&DataType::Duration(TimeUnit::Second)));
    }
}
