//! Picks a few members of a JSON object in one pass.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The members of an object with the given names.
pub(crate) struct PickedFields<'a, const N: usize> {
    /// The values in the order of the names; null counts as absent. Of a name that comes twice, the last counts.
    pub(crate) values: [Option<&'a RawValue>; N],
    /// Whether the object has no members.
    pub(crate) is_empty: bool,
}

impl<'a, const N: usize> PickedFields<'a, N> {
    /// The members of `raw` with these `names`, where it is an object.
    pub(crate) fn of(raw: &'a RawValue, names: &[&str; N]) -> Option<Self> {
        Self::read(&mut serde_json::Deserializer::from_str(raw.get()), names).ok()
    }

    /// Reads an object's members with these `names`.
    pub(crate) fn read<D: Deserializer<'a>>(
        deserializer: D,
        names: &[&str; N],
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Picking { names })
    }
}

struct Picking<'n, const N: usize> {
    names: &'n [&'n str; N],
}

impl<'de, const N: usize> Visitor<'de> for Picking<'_, N> {
    type Value = PickedFields<'de, N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut picked = PickedFields {
            values: [None; N],
            is_empty: true,
        };
        // The provider mostly keeps to one order: the search for a name starts after the last one.
        let mut from = 0;
        while let Some(place) = members.next_key_seed(Place {
            names: self.names,
            from,
        })? {
            picked.is_empty = false;
            match place.and_then(|place| Some((place, picked.values.get_mut(place)?))) {
                Some((place, value)) => {
                    *value = Some(members.next_value::<&RawValue>()?)
                        .filter(|value| value.get() != "null");
                    from = place + 1;
                }
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(picked)
    }
}

/// Finds the place of a name.
struct Place<'n> {
    names: &'n [&'n str],
    from: usize,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let (before, after) = self.names.split_at(self.from.min(self.names.len()));
        let place = |names: &[&str]| names.iter().position(|one| *one == name);
        Ok(place(after)
            .map(|place| before.len() + place)
            .or_else(|| place(before)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> &RawValue {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn names_are_found_in_any_order_and_the_last_of_two_counts() {
        for text in [
            r#"{"a":1,"b":"x","c":null}"#,
            r#"{"c":{"a":7},"x":[{}],"b":"x","a":2,"y":0,"a":1,"c":null}"#,
            r#"{"\u0062":"x","a":1}"#,
        ] {
            let picked = PickedFields::of(raw(text), &["a", "b", "c", "d"]).unwrap();
            let values = picked.values.map(|value| value.map(RawValue::get));
            assert_eq!(values, [Some("1"), Some(r#""x""#), None, None], "{text}");
            assert!(!picked.is_empty);
        }
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["1", "\"x\"", "[{}]", "null"] {
            assert!(PickedFields::of(raw(text), &["a"]).is_none(), "{text}");
        }
        assert!(PickedFields::of(raw("{}"), &["a"]).is_some_and(|picked| picked.is_empty));
        assert!(PickedFields::of(raw(r#"{"b":1}"#), &["a"]).is_some_and(|picked| !picked.is_empty));
    }
}
