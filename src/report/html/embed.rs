//! What is embedded in the page in addition to its text: data for its script, and the policy that lets nothing else
//! run.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// JSON that is safe inside `<script type="application/json">`: it contains no `<`, so no `</script>` and no `<!--`,
/// whatever the texts say.
///
/// # Errors
/// If a value can't be written as JSON.
pub(super) fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string(value)?;
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            // In JSON, these only occur in strings, where an escape means the same.
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// The policy of a page with one style and, if it has any, one script: these are allowed by their hashes, and nothing
/// else from anywhere.
pub(super) fn policy(style: &str, script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'",
        hash(style),
        script.map_or_else(|| "'none'".to_owned(), hash)
    )
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        let of = |text: &str| base64(text.as_bytes());
        assert_eq!(
            ["", "f", "fo", "foo", "foobar"].map(of),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"].map(str::to_owned)
        );
    }

    #[test]
    fn json_ends_no_script() {
        let hostile = ["</script><!--", "\u{2028}&"];
        let text = json(&hostile).expect("JSON");
        assert_eq!(text, r#"["\u003c/script\u003e\u003c!--","\u2028\u0026"]"#);
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).expect("JSON"), hostile);
    }
}
