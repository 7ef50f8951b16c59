//! Identifiers. Each is sixteen bytes chosen at random by whoever makes the thing, shown as lower-case hex.

use std::fmt;
use std::str::FromStr;

/// Text that is not the hex form of an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hex digits, found {found} characters or another character")]
pub struct IdError {
    /// How many hex digits the identifier has.
    pub expected: usize,
    /// How many characters were given.
    pub found: usize,
}

pub(crate) fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], IdError> {
    let wrong = || IdError { expected: N * 2, found: text.chars().count() };
    if text.len() != N * 2 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

pub(crate) fn write_hex(bytes: &[u8], to: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
}

/// Declares a type of `$len` opaque bytes: a CBOR byte string, and lower-case hex in JSON and text.
macro_rules! opaque_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Reads the value from bytes of exactly its length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::ids::write_hex(&self.0, to)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(to, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::parse_hex(text).map(Self)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                to: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                to.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(from: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                Self::from_slice(from.bytes()?)
                    .ok_or_else(|| minicbor::decode::Error::message(concat!("wrong length of ", stringify!($name))))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use opaque_bytes;

opaque_bytes!(
    /// A person who receives care.
    PersonId, 16
);
opaque_bytes!(
    /// A member of staff: carer, nurse, supervisor and so on.
    StaffId, 16
);
opaque_bytes!(
    /// Who writes a stream: an enrolled device, or the server's store.
    AuthorId, 16
);
opaque_bytes!(
    /// A planned or unplanned visit.
    VisitId, 16
);
opaque_bytes!(
    /// One installation of an author: new at each install, and when a device finds its past ahead of it.
    Epoch, 8
);

/// The name of an entry in a section of the plan: short, chosen by whoever adds it, never reused.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct EntryId(#[n(0)] String);

/// Text that cannot name an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an entry is named by 1 to {max} letters, digits, '-' or '_'", max = EntryId::LENGTH_MAX)]
pub struct EntryIdError;

impl EntryId {
    /// The longest name of an entry, in bytes.
    pub const LENGTH_MAX: usize = 40;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name keeps its rule; names decoded from CBOR are checked with this.
    pub fn is_valid(&self) -> bool {
        Self::keeps_rule(&self.0)
    }

    fn keeps_rule(text: &str) -> bool {
        (1..=Self::LENGTH_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    }
}

impl FromStr for EntryId {
    type Err = EntryIdError;
    fn from_str(text: &str) -> Result<Self, EntryIdError> {
        if Self::keeps_rule(text) { Ok(Self(text.to_owned())) } else { Err(EntryIdError) }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for EntryId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_from_its_hex() {
        let person = PersonId([0xa5; 16]);
        assert_eq!(person.to_string().parse(), Ok(person));
    }

    #[test]
    fn text_of_another_length_is_no_identifier() {
        assert_eq!("a5".parse::<PersonId>(), Err(IdError { expected: 32, found: 2 }));
        assert!("é".repeat(16).parse::<PersonId>().is_err());
    }

    #[test]
    fn an_entry_name_is_short_and_plain() {
        assert!("T1".parse::<EntryId>().is_ok());
        for bad in ["", "a b", "é", &"x".repeat(41)] {
            assert!(bad.parse::<EntryId>().is_err(), "{bad:?}");
        }
    }
}
