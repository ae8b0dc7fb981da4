//! From the JSON of one record to the values of the wanted columns.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::columns::{Layout, Role, Values};

/// Represents `null` until it is known whether the key exists at all. No text consists of one zero character.
pub(super) const NULL: &str = "\0";

/// Reads the wanted values of one object. `within` says for each of the layout's names whether it is a path: keys of
/// nested objects, joined by dots.
pub(super) struct Object<'l> {
    pub(super) layout: &'l Layout,
    pub(super) within: &'l [bool],
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Values<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Values<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut values: Values<'de> = vec![None; self.layout.names.len()];
        Level { of: &self, before: "", values: &mut values }.visit_map(map)?;
        Ok(values)
    }
}

/// The object under a path, which ends with a dot; the outermost object has an empty path.
struct Level<'l, 'v, 'de> {
    of: &'l Object<'l>,
    before: &'l str,
    values: &'v mut Values<'de>,
}

impl<'de> DeserializeSeed<'de> for Level<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Level { of, before, values } = self;
        while let Some(wanted) = map.next_key_seed(Key { of, before })? {
            match wanted {
                Wanted::Nothing => drop(map.next_value::<IgnoredAny>()?),
                Wanted::Value(i) => {
                    let between = if of.layout.index(Role::Text) == Some(i) { "\n" } else { ", " };
                    values[i] = Some(map.next_value_seed(Value { between })?);
                }
                Wanted::Within(before) => map.next_value_seed(Level { of, before, values })?,
            }
        }
        Ok(())
    }
}

/// What a key is.
enum Wanted<'l> {
    Nothing,
    /// This one of the names.
    Value(usize),
    /// A path to some of the names, with a dot at its end.
    Within(&'l str),
}

/// A key within an object.
struct Key<'l> {
    of: &'l Object<'l>,
    before: &'l str,
}

impl<'de, 'l> DeserializeSeed<'de> for Key<'l> {
    type Value = Wanted<'l>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'l> Visitor<'_> for Key<'l> {
    type Value = Wanted<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let Object { layout: Layout { names, .. }, within } = *self.of;
        let is_path = |i: usize| within.get(i).is_some_and(|within| *within);
        let wanted = |(i, name): (usize, &String)| match is_path(i) {
            false => self.before.is_empty() && name == key,
            true => name.strip_prefix(self.before) == Some(key) && !self.before.is_empty(),
        };
        if let Some(i) = names.iter().enumerate().position(wanted) {
            return Ok(Wanted::Value(i));
        }
        let way = |(i, name): (usize, &'l String)| {
            let rest = name.strip_prefix(self.before).filter(|_| is_path(i))?.strip_prefix(key)?.strip_prefix('.')?;
            Some(&name[..name.len() - rest.len()])
        };
        Ok(names.iter().enumerate().find_map(way).map_or(Wanted::Nothing, Wanted::Within))
    }
}

/// One value as text: numbers and truth values as written, lists joined.
#[derive(Clone, Copy)]
struct Value {
    between: &'static str,
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a list of them")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(if value { "true" } else { "false" }))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(NULL))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut joined = String::new();
        while let Some(item) = list.next_element_seed(self)? {
            if item == NULL {
                continue;
            }
            if !joined.is_empty() {
                joined.push_str(self.between);
            }
            joined.push_str(&item);
        }
        Ok(Cow::Owned(joined))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::custom("an object where a text was expected"))
    }
}
