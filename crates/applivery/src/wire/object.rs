//! A member that should be an object.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::scalar::Scalar;

/// An object of members `T`, or the value in its place.
#[derive(Clone, Debug)]
pub(crate) enum Object<T> {
    /// An object.
    Is(T),
    /// No object: [`Scalar::Absent`] where it is missing.
    Not(Scalar),
}

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self::Not(Scalar::Absent)
    }
}

impl<T> Object<T> {
    /// The members, where it is an object.
    pub(crate) fn members(&self) -> Option<&T> {
        match self {
            Self::Is(members) => Some(members),
            Self::Not(_) => None,
        }
    }

    /// The members, where it is an object.
    pub(crate) fn into_members(self) -> Option<T> {
        match self {
            Self::Is(members) => Some(members),
            Self::Not(_) => None,
        }
    }

    /// Missing, null or false: some servers say "no error" with `false`.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Not(Scalar::Absent | Scalar::Bool(false)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object::Is)
    }

    fn visit_unit<E: Error>(self) -> Result<Object<T>, E> {
        Ok(Object::Not(Scalar::Absent))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Object<T>, E> {
        Ok(Object::Not(Scalar::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Object<T>, E> {
        Ok(Object::Not(Scalar::Number(value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Object<T>, E> {
        Ok(Object::Not(Scalar::Number(value.into())))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Object<T>, E> {
        Ok(Object::Not(Scalar::Nested))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Object<T>, E> {
        Ok(Object::Not(Scalar::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Object<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object::Not(Scalar::Nested))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Members {
        a: u8,
    }

    #[test]
    fn whatever_stands_there_is_taken() {
        let of = |json: &str| serde_json::from_str::<Object<Members>>(json).unwrap();
        assert_eq!(of(r#"{"a":1,"b":[]}"#).members().map(|m| m.a), Some(1));
        for json in ["null", "false"] {
            assert!(of(json).is_absent(), "{json}");
        }
        for json in ["true", "0", "-1", "1.5", r#""x""#, "[[1],{}]"] {
            let object = of(json);
            assert!(object.members().is_none() && !object.is_absent(), "{json}");
        }
    }
}
