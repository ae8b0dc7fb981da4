//! Counts as people read them: with a noun, and with digits grouped in threes.

/// `1 use`, `2 uses`: every count printed with a noun is written by this function.
///
/// ```
/// use aslant::counted::counted;
/// assert_eq!(counted(1, "use", "uses"), "1 use");
/// assert_eq!(counted(1200, "use", "uses"), "1,200 uses");
/// ```
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `1 article`, `2 articles`: what is counted most often.
pub fn articles(n: usize) -> String {
    counted(n as u64, "article", "articles")
}

/// `1 outlet`, `2 outlets`.
pub fn outlets(n: usize) -> String {
    counted(n as u64, "outlet", "outlets")
}

/// `12,345`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"].map(str::to_owned));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(articles), ["0 articles", "1 article", "2 articles"].map(str::to_owned));
    }
}
