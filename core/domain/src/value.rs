//! Scalar values: what a field of an observation or of the plan may hold.

use minicbor::data::{Tag, Type};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One scalar. Codes (chosen from a list) and free words are both [`Value::Text`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number, in the unit that the field declares.
    Int(i64),
    /// A number with its decimals as they were written: `72.50` keeps both places.
    Decimal(Decimal),
    /// A code, or words.
    Text(String),
}

/// `digits` divided by ten to the power of `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decimal {
    /// All digits, without the point.
    pub digits: i64,
    /// How many of them stand behind the point.
    pub places: u8,
}

/// Named values of one observation or plan entry.
pub type Fields = BTreeMap<String, Value>;

/// The words or code of a field; empty where it is not there, or no text.
pub fn text_in<'a>(fields: &'a Fields, code: &str) -> &'a str {
    fields.get(code).and_then(Value::as_text).unwrap_or_default()
}

impl Value {
    /// The words or code, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// A value of text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(true) => to.write_str("yes"),
            Value::Bool(false) => to.write_str("no"),
            Value::Int(number) => write!(to, "{number}"),
            Value::Decimal(number) => write!(to, "{number}"),
            Value::Text(text) => to.write_str(text),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let sign = if self.digits < 0 { "-" } else { "" };
        if part.is_empty() { write!(to, "{sign}{whole}") } else { write!(to, "{sign}{whole}.{part}") }
    }
}

/// RFC 8949 section 3.4.4: decimal fraction.
const DECIMAL_TAG: u64 = 4;

impl<C> Encode<C> for Value {
    fn encode<W: encode::Write>(
        &self,
        to: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match self {
            Value::Bool(value) => to.bool(*value)?.ok(),
            Value::Int(value) => to.i64(*value)?.ok(),
            Value::Text(value) => to.str(value)?.ok(),
            Value::Decimal(value) => to
                .tag(Tag::new(DECIMAL_TAG))?
                .array(2)?
                .i16(-i16::from(value.places))?
                .i64(value.digits)?
                .ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Value {
    fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        match from.datatype()? {
            Type::Bool => Ok(Value::Bool(from.bool()?)),
            Type::String => Ok(Value::Text(from.str()?.to_owned())),
            Type::Tag => decode_decimal(from).map(Value::Decimal),
            _ => Ok(Value::Int(from.i64()?)),
        }
    }
}

fn decode_decimal(from: &mut Decoder<'_>) -> Result<Decimal, decode::Error> {
    if from.tag()?.as_u64() != DECIMAL_TAG || from.array()? != Some(2) {
        return Err(decode::Error::message("a value is a bool, a number, a decimal fraction or text"));
    }
    let exponent = from.i16()?;
    let places = u8::try_from(-i32::from(exponent))
        .ok()
        .filter(|places| *places <= 18)
        .ok_or_else(|| decode::Error::message("a decimal fraction has 0 to 18 places"))?;
    Ok(Decimal { digits: from.i64()?, places })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_keeps_the_places_it_was_written_with() {
        let kg = Decimal { digits: 7250, places: 2 };
        assert_eq!(kg.to_string(), "72.50");
        assert_eq!(Decimal { digits: -5, places: 2 }.to_string(), "-0.05");
        let bytes = minicbor::to_vec(Value::Decimal(kg)).expect("a vector takes every byte");
        assert_eq!(minicbor::decode::<Value>(&bytes).ok(), Some(Value::Decimal(kg)));
    }
}
