//! Photo captions and credits, and alternative texts of images.
//!
//! A caption is recognised by the credit at its end: in brackets ("(AP Photo/Name)", "(Photo by Name/Getty Images)"),
//! or after a sentence without brackets ("… Name/AFP/Getty Images"). An alt text is a line of lower-case words without
//! function words and without a full stop, between paragraphs.

use super::bylines;
use super::lines::{floor, is_closed};

/// What credits contain, in lower case.
const CREDITS: &[&str] = &[
    "photo by",
    "photo:",
    "photo afp",
    "photo ap",
    "photo reuters",
    "photo/",
    "photo credit",
    "photo courtesy",
    "ap photo",
    "afp photo",
    "reuters photo",
    "file photo",
    "getty images",
    "gettyimages",
    "/getty",
    "via getty",
    "image:",
    "image via",
    "image by",
    "image credit",
    "images via",
    "screenshot",
    "screen shot",
    "screen grab",
    "screen capture",
    "video still",
    "handout photo",
    "screengrab",
    "/reuters",
    "reuters/",
    "/afp",
    "afp/",
    "/ap",
    "associated press/",
    "/associated press",
    "shutterstock",
    "istock",
    "pixabay",
    "wikimedia",
    "flickr",
    "/upi",
    "upi/",
    "/epa",
    "/zuma",
    "/newscom",
    "creative commons",
    "photograph:",
    "photograph by",
    "photos by",
    "/the washington times",
    "/bloomberg",
    "/the new york times",
    "dreamstime",
    "illustration by",
    "photo illustration",
    "image source:",
    "photo (",
    "photo via",
    "dreamstime.com",
    "/landov",
    "/corbis",
    "/redux",
    "/sipa",
    "unsplash",
    "trt world and agencies",
    "ap archive",
];

/// The longest credit, in bytes.
const LONGEST_CREDIT: usize = 180;
/// A block of more words isn't a caption as a whole: only its last sentence or the credit is removed.
pub(super) const LONGEST_CAPTION_WORDS: usize = 130;

/// Where the credit at the end of a line begins, if there is one.
pub(super) fn credit_at_end(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let last = *bytes.last()?;
    if last == b')' || last == b']' {
        return bracketed_credit(line);
    }
    if let Some(bar) = barred_credit(line) {
        return Some(bar);
    }
    if matches!(last, b'.' | b'?' | b'!' | b'"' | b':') || !bytes.is_ascii() && is_closed(line) {
        return None;
    }
    // Without brackets: the last words after the last full stop, with a slash or a known agency.
    let from = floor(line, line.len().saturating_sub(LONGEST_CREDIT / 2));
    let tail = &line[from..];
    let cut = tail.rfind(". ").map_or(0, |i| i + 2);
    let credit = &tail[cut..];
    if credit.split_whitespace().count() > 14 && !ends_with_agency(credit) {
        return None;
    }
    let has = ends_with_agency(credit)
        || credit.contains("REUTERS/")
        || credit.contains("AP Photo/")
        || credit.contains("AFP PHOTO");
    has.then_some(from + cut)
}

fn ends_with_agency(credit: &str) -> bool {
    const ENDS: &[&str] = &[
        "/Getty Images",
        "/GETTY IMAGES",
        "/Getty",
        "/AP",
        "/Reuters",
        "/REUTERS",
        "/AFP",
        "Getty Images",
        "AP Photo",
        "/Associated Press",
        "/EPA",
        "/UPI",
        "/Shutterstock",
        "/The New York Times",
        "/Bloomberg",
        "/Corbis",
        "/Landov",
        "/Zuma",
    ];
    ENDS.iter().any(|end| credit.ends_with(end))
}

/// A credit after a bar: "Ships wait off Hest on Monday. | A. Rowe/Harbour Pictures".
fn barred_credit(line: &str) -> Option<usize> {
    let bar = line.rfind(" | ")?;
    let (shown, credit) = (line[..bar].trim_end(), &line[bar + 3..]);
    let agency = credit.contains('/') || ["Photo", "Images", "Pictures"].iter().any(|word| credit.contains(word));
    let caption = shown.split_whitespace().count() >= 4 && is_closed(shown);
    (caption && credit.len() <= LONGEST_CREDIT / 2 && !is_closed(credit) && (agency || bylines::is_names(credit, 6)))
        .then_some(bar + 1)
}

/// A credit in brackets at the end of a line.
fn bracketed_credit(line: &str) -> Option<usize> {
    let from = floor(line, line.len().saturating_sub(LONGEST_CREDIT));
    let open = from + line[from..].rfind(['(', '['])?;
    is_credit(&line[open + 1..line.len() - 1]).then_some(open)
}

/// Whether the words inside brackets are a credit.
pub(super) fn is_credit(inside: &str) -> bool {
    let closed = inside.ends_with('.') && !inside.ends_with("Inc.");
    if inside.len() > LONGEST_CREDIT || closed || inside.split_whitespace().count() > 18 {
        return false;
    }
    let lower = inside.to_lowercase();
    let lower = lower.trim();
    CREDITS.iter().any(|credit| {
        lower.find(credit).is_some_and(|at| {
            // "/ap" is an agency at the end only, not the beginning of a path.
            !matches!(*credit, "/ap" | "/afp" | "/getty" | "/reuters")
                || !lower[at + credit.len()..].starts_with(char::is_alphanumeric)
        })
    }) || matches!(
        lower,
        "ap" | "reuters" | "afp" | "getty" | "photo" | "file" | "pixabay" | "file photo" | "afp photo" | "epa"
    ) && inside.len() > 3
}

/// Whether a stand-alone line is the alternative text of an image: two to seven words in lower case, none of them a
/// function word, and no punctuation.
pub(super) fn is_alt_text(line: &str) -> bool {
    const FUNCTION: &[&str] = &[
        "a", "an", "the", "and", "or", "but", "of", "to", "in", "on", "at", "by", "for", "from", "with", "as", "is",
        "are", "was", "were", "be", "been", "it", "he", "she", "they", "we", "you", "i", "this", "that", "these",
        "those", "not", "no", "his", "her", "their", "our", "my", "who", "which", "what", "when", "if", "so", "than",
        "then", "will", "would", "can", "could", "has", "have", "had", "do", "does", "did", "said", "says", "there",
        "here", "more", "less", "about", "how", "why", "where", "all", "yes", "up", "out",
    ];
    if line.len() > 60
        || !line.starts_with(|c: char| c.is_ascii_lowercase())
        || !line.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'_'))
    {
        return false;
    }
    let words = line.split_whitespace().count();
    (2..=7).contains(&words) && line.split_whitespace().all(|word| !FUNCTION.contains(&word))
}

/// Whether a sentence describes a photo: in the present tense, or with the day at its end.
pub(super) fn tells_of_photo(sentence: &str) -> bool {
    const SHOWS: &[&str] = &[
        "walks", "walk", "runs", "run", "inspect", "inspects", "shows", "show", "seen", "rises", "carries", "carry",
        "cries", "looks", "look", "stands", "stand", "sits", "sit", "speaks", "speak", "gather", "gathers", "try",
        "tries", "receive", "receives", "rides", "ride", "gestures", "attends", "attend", "arrives", "arrive", "holds",
        "hold", "poses", "pose", "waves", "drives", "drive", "pictured", "meets", "meet", "listens", "react", "reacts",
        "photo", "picture", "search", "fires", "takes", "watch",
    ];
    let sentence = sentence.trim().trim_end_matches('.');
    let last = sentence.rsplit(' ').next().unwrap_or_default();
    let dated = last.len() == 4 && last.starts_with("20") && last.bytes().all(|b| b.is_ascii_digit());
    dated || sentence.split_whitespace().any(|word| SHOWS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_end_captions() {
        for caption in [
            "The mayor (L) greets a guest in the town hall. AFP PHOTO/ POOL / A NAME (Photo credit should read A NAME/AFP/GettyImages)",
            "The mayor speaks, Friday, May 3, in Springfield. (AP Photo/Jane Doe)",
            "The mayor waves to the crowd. Jane Doe/Getty Images",
            "A bridge (Photo: Jane Doe, The Daily)",
            "The bridge at night. REUTERS/Jane Doe",
            "Above: The mayor waves. Below: The builder waits. | J. PUBLIC/The Daily; Jane Doe/Pool",
            "The mayor at her desk on Monday. | Jane Doe for The Daily",
        ] {
            assert!(credit_at_end(caption).is_some(), "{caption}");
        }
    }

    #[test]
    fn prose_on_photos_is_no_caption() {
        for prose in [
            "The mayor said she had never seen the photo (it was published on Monday).",
            "The agency was sued by Getty Images.",
            "He handed the photograph to the Associated Press",
            "She called it a fake (a photo of it was shown later.)",
            "The firm (formerly AP/M) closed",
            "The mayor | the builder",
            "It was over. | We went home, and the builder came with us",
        ] {
            assert_eq!(credit_at_end(prose), None, "{prose}");
        }
    }

    #[test]
    fn alt_text_has_no_grammar() {
        assert!(is_alt_text("springfield mayor bridge"));
        assert!(!is_alt_text("and then the bridge fell"));
        assert!(!is_alt_text("Springfield mayor"));
        assert!(!is_alt_text("closed."));
        assert!(!is_alt_text("bridge"));
    }
}
