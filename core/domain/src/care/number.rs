//! Exact comparison of the numbers that observations hold: whole, decimal, or the rank of an ordered code.

use crate::value::{Decimal, Value};
use std::cmp::Ordering;

/// `digits` divided by ten to the power of `places`. Compared by value: `2`, `2.0` and `2.00` are equal.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    digits: i128,
    places: u32,
}

/// The most places that a [`Decimal`] read from bytes has; more are cut off.
const PLACES_MAX: u32 = 18;

impl Number {
    /// A whole number.
    pub fn whole(number: i64) -> Number {
        Number { digits: i128::from(number), places: 0 }
    }

    /// A number of tenths.
    pub fn tenths(tenths: i64) -> Number {
        Number { digits: i128::from(tenths), places: 1 }
    }

    /// The number in a value; nothing for words and yes or no.
    pub fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Int(number) => Some(Number::whole(*number)),
            Value::Decimal(decimal) => Some(Number::decimal(*decimal)),
            Value::Bool(_) | Value::Text(_) => None,
        }
    }

    fn decimal(decimal: Decimal) -> Number {
        let places = u32::from(decimal.places);
        let cut = places.saturating_sub(PLACES_MAX).min(38);
        Number { digits: i128::from(decimal.digits) / 10_i128.pow(cut), places: places.min(PLACES_MAX) }
    }

    /// The digits at [`PLACES_MAX`] places: at most 19 + 18 digits, which fit.
    fn scaled(self) -> i128 {
        self.digits * 10_i128.pow(PLACES_MAX - self.places)
    }

    /// This number minus `other`.
    pub fn minus(self, other: Number) -> Number {
        Number { digits: self.scaled().saturating_sub(other.scaled()), places: PLACES_MAX }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        self.scaled().cmp(&other.scaled())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(digits: i64, places: u8) -> Number {
        Number::of(&Value::Decimal(Decimal { digits, places })).expect("a decimal is a number")
    }

    #[test]
    fn numbers_are_equal_by_value_whatever_their_places() {
        assert_eq!(Number::whole(72), decimal(7200, 2));
        assert!(decimal(7249, 2) < decimal(725, 1));
    }

    #[test]
    fn a_difference_is_exact() {
        assert_eq!(decimal(725, 1).minus(Number::whole(70)), decimal(250, 2));
        assert_eq!(Number::whole(1).minus(decimal(1, 1)), decimal(9, 1));
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        for (digits, places) in [(i64::MAX, 0), (i64::MIN, 0), (i64::MIN, 255)] {
            let _ = decimal(digits, places).minus(Number::whole(i64::MAX));
        }
    }
}
