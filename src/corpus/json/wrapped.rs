//! Articles in a list within one object, as the APIs of news archives return them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::columns::{self, Role};
use super::super::missing_column::shell;
use super::super::options::ColumnNames;
use crate::error::{Error, Place};

/// How many levels of nested objects are searched.
const DEEPEST: usize = 3;

/// The path to the only list of objects within the object at the beginning of a text, if that isn't an article itself.
/// The text may be cut off.
pub(super) fn wrapped(text: &str, wanted: &ColumnNames) -> Option<Vec<String>> {
    let (mut keys, mut lists) = (Vec::new(), Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // What was found before the text was cut off, or before another error, counts.
    let outermost = Look { is_item: false, path: &mut Vec::new(), keys: &mut keys, lists: &mut lists };
    let _ = outermost.deserialize(&mut deserializer);
    let is_article = match Role::Text.asked(wanted) {
        Some(name) => columns::position(&keys, name).is_some(),
        None => columns::guess(&keys, Role::Text).is_some(),
    };
    (lists.len() == 1 && !is_article).then(|| lists.remove(0))
}

/// The error about them.
pub(super) fn within_object(path: &[String], file: &str) -> Error {
    let is_plain = |key: &str| {
        key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !key.starts_with(|c: char| c.is_ascii_digit())
    };
    let step = |key: &String| if is_plain(key) { format!(".{key}") } else { format!("[{key:?}]") };
    let steps: String = path.iter().map(step).collect();
    let steps = if steps.starts_with('[') { format!(".{steps}") } else { steps };
    Error::data("articles within an object")
        .at(Place::file(file))
        .found(format!("a list of objects under `{}`", path.join(".")))
        .expected("one object a line, or one array of objects")
        .help(format!("extract them: `jq -c '{steps}[]' {} > articles.jsonl`", shell(file)))
        .note("nothing was written")
}

/// Looks at a value: notes the keys of the outermost object, and the lists of objects.
struct Look<'a> {
    /// Whether this is the first item of a list.
    is_item: bool,
    path: &'a mut Vec<String>,
    keys: &'a mut Vec<String>,
    lists: &'a mut Vec<Vec<String>>,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Look { is_item, path, keys, lists } = self;
        if is_item {
            // Noted at its beginning, because the text may be cut off within it.
            lists.push(path.clone());
        }
        while let Some(key) = map.next_key::<String>()? {
            if path.is_empty() {
                keys.push(key.clone());
            }
            if is_item || path.len() == DEEPEST {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            path.push(key);
            map.next_value_seed(Look { is_item, path, keys, lists })?;
            path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Look { is_item, path, keys, lists } = self;
        // A list of lists isn't a list of objects, and a list without a key isn't within an object.
        if !is_item && !path.is_empty() {
            list.next_element_seed(Look { is_item: true, path, keys, lists })?;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
