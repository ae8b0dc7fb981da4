//! Dates.
#![no_main]

use aslant::corpus::DateOrder;
use aslant::corpus::dates::parse_date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for order in [DateOrder::Guess, DateOrder::MonthFirst, DateOrder::DayFirst] {
        if let Some(date) = parse_date(text, order) {
            let again = date.format("%Y-%m-%d").to_string();
            assert!(
                date.to_string() != again || parse_date(&again, order) == Some(date) || again.len() != 10,
                "{text:?}"
            );
        }
    }
});
