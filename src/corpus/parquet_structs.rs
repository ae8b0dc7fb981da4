//! What the structs of a Parquet file hold, as the format defines them
//! (<https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>): every field that the library
//! reads.
//!
//! The library reads a field it knows as what it should be, whatever kind the file says it is. Then it might read on at
//! another byte than the checks in [`super::footer`] and [`super::pages`], and find other numbers there. So they check
//! the kinds of all these fields. A field that isn't listed is skipped by both.

use super::thrift::Fields;
use super::thrift::Value::{Binary, Bool, Byte, Double, List, Number, Struct};

pub(super) const FILE: Fields = &[
    (1, Number),
    (2, List(&Struct(COLUMN))),
    (3, Number),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Binary),
    (7, List(&Struct(COLUMN_ORDER))),
];

pub(super) const COLUMN: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Binary),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, Number),
    (9, Number),
    (10, Struct(LOGICAL_TYPE)),
];

const LOGICAL_TYPE: Fields = &[
    (1, Struct(EMPTY)),
    (2, Struct(EMPTY)),
    (3, Struct(EMPTY)),
    (4, Struct(EMPTY)),
    (5, Struct(DECIMAL)),
    (6, Struct(EMPTY)),
    (7, Struct(TIME)),
    (8, Struct(TIME)),
    (10, Struct(INTEGER)),
    (11, Struct(EMPTY)),
    (12, Struct(EMPTY)),
    (13, Struct(EMPTY)),
    (14, Struct(EMPTY)),
    (15, Struct(EMPTY)),
    (16, Struct(VARIANT)),
    (17, Struct(GEOGRAPHY)),
    (18, Struct(GEOGRAPHY)),
];
const DECIMAL: Fields = &[(1, Number), (2, Number)];
const TIME: Fields = &[(1, Bool), (2, Struct(TIME_UNIT))];
const TIME_UNIT: Fields = &[(1, Struct(EMPTY)), (2, Struct(EMPTY)), (3, Struct(EMPTY))];
const INTEGER: Fields = &[(1, Byte), (2, Bool)];
const VARIANT: Fields = &[(1, Byte)];
const GEOGRAPHY: Fields = &[(1, Binary), (2, Number)];
const EMPTY: Fields = &[];

const COLUMN_ORDER: Fields = &[(1, Struct(EMPTY))];
const KEY_VALUE: Fields = &[(1, Binary), (2, Binary)];

pub(super) const ROW_GROUP: Fields = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Number),
    (3, Number),
    (4, List(&Struct(SORTING_COLUMN))),
    (5, Number),
    (6, Number),
    (7, Number),
];
const SORTING_COLUMN: Fields = &[(1, Number), (2, Bool), (3, Bool)];

const COLUMN_CHUNK: Fields =
    &[(1, Binary), (2, Number), (3, Struct(COLUMN_META_DATA)), (4, Number), (5, Number), (6, Number), (7, Number)];

const COLUMN_META_DATA: Fields = &[
    (1, Number),
    (2, List(&Number)),
    (3, List(&Binary)),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, List(&Struct(KEY_VALUE))),
    (9, Number),
    (10, Number),
    (11, Number),
    (12, Struct(STATISTICS)),
    (13, List(&Struct(PAGE_ENCODING_STATS))),
    (14, Number),
    (15, Number),
    (16, Struct(SIZE_STATISTICS)),
    (17, Struct(GEOSPATIAL_STATISTICS)),
];
const STATISTICS: Fields =
    &[(1, Binary), (2, Binary), (3, Number), (4, Number), (5, Binary), (6, Binary), (7, Bool), (8, Bool)];
const PAGE_ENCODING_STATS: Fields = &[(1, Number), (2, Number), (3, Number)];
const SIZE_STATISTICS: Fields = &[(1, Number), (2, List(&Number)), (3, List(&Number))];
const GEOSPATIAL_STATISTICS: Fields = &[(1, Struct(BOUNDING_BOX)), (2, List(&Number))];
const BOUNDING_BOX: Fields =
    &[(1, Double), (2, Double), (3, Double), (4, Double), (5, Double), (6, Double), (7, Double), (8, Double)];

pub(super) const PAGE_HEADER: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Number),
    (5, Struct(DATA_PAGE_HEADER)),
    (6, Struct(EMPTY)),
    (7, Struct(DICTIONARY_PAGE_HEADER)),
    (8, Struct(DATA_PAGE_HEADER_V2)),
];
/// The library skips its statistics.
pub(super) const DATA_PAGE_HEADER: Fields = &[(1, Number), (2, Number), (3, Number), (4, Number)];
/// The library skips its statistics.
pub(super) const DATA_PAGE_HEADER_V2: Fields =
    &[(1, Number), (2, Number), (3, Number), (4, Number), (5, Number), (6, Number), (7, Bool)];
pub(super) const DICTIONARY_PAGE_HEADER: Fields = &[(1, Number), (2, Number), (3, Bool)];
