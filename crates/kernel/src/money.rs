//! Money as integer minor units with an ISO 4217 currency. There is no float anywhere.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

/// The text is not an ISO 4217 code with minor units.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an ISO 4217 currency code such as EUR")]
pub struct ParseCurrencyError;

impl Currency {
    /// Euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the decimal point (EUR 2, JPY 0).
    #[must_use]
    pub fn digits(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl std::str::FromStr for Currency {
    type Err = ParseCurrencyError;
    fn from_str(text: &str) -> Result<Self, ParseCurrencyError> {
        iso_currency::Currency::from_code(text)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or(ParseCurrencyError)
    }
}

impl TryFrom<String> for Currency {
    type Error = ParseCurrencyError;
    fn try_from(text: String) -> Result<Self, ParseCurrencyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in a currency's minor units: `{"amount": 1250, "currency": "EUR"}` is €12.50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units (cents).
    #[serde(rename = "amount")]
    pub minor: i64,
    /// ISO 4217.
    pub currency: Currency,
}

/// A sum would not fit or would mix currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result exceeds 64 bits.
    #[error("the amount is too large")]
    Overflow,
    /// Two currencies met.
    #[error("amounts in {0:?} and {1:?} cannot be added")]
    Currencies(Currency, Currency),
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The sum.
    ///
    /// # Errors
    /// Two currencies, or more than 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// `quantity` times this amount.
    ///
    /// # Errors
    /// More than 64 bits.
    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(quantity)).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// The sum of many amounts.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// The tax contained in this gross amount at a rate in basis points (1000 = 10 %), rounded half
    /// up, once per line: the one rounding rule of the platform.
    #[must_use]
    pub fn tax_included(self, basis_points: u32) -> Self {
        let rate = i128::from(basis_points);
        let base = 10_000 + rate;
        let numerator = i128::from(self.minor) * rate;
        let rounded = (2 * numerator + base).div_euclid(2 * base);
        Self { minor: i64::try_from(rounded).unwrap_or(self.minor), ..self }
    }

    /// The number alone, with the currency's digits: `12.50`.
    #[must_use]
    pub fn plain(self) -> String {
        let digits = self.currency.digits();
        let unit = 10_u64.pow(digits);
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        match digits {
            0 => format!("{sign}{minor}"),
            _ => {
                format!("{sign}{}.{:0width$}", minor / unit, minor % unit, width = digits as usize)
            }
        }
    }
}

impl fmt::Display for Money {
    /// With its symbol, as on a slip: `€12.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = self.currency.0.symbol();
        match self.plain().strip_prefix('-') {
            Some(positive) => write!(f, "\u{2212}{symbol}{positive}"),
            None => write!(f, "{symbol}{}", self.plain()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_shown_with_the_digits_of_their_currency() {
        assert_eq!(Money::new(1250, Currency::EUR).to_string(), "€12.50");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "−€0.05");
        assert_eq!(Money::new(1250, "JPY".parse().unwrap()).plain(), "1250");
    }

    #[test]
    fn currencies_never_mix() {
        let yen = Money::new(1, "JPY".parse().unwrap());
        assert!(Money::new(1, Currency::EUR).plus(yen).is_err());
        assert!("XXL".parse::<Currency>().is_err());
    }

    #[test]
    fn tax_is_rounded_half_up_per_line() {
        let tax = |minor, rate| Money::new(minor, Currency::EUR).tax_included(rate).minor;
        assert_eq!(tax(980, 1000), 89);
        assert_eq!(tax(1100, 1000), 100);
        assert_eq!(tax(105, 500), 5);
        assert_eq!(tax(3, 2000), 1, "0.5 goes up");
        assert_eq!(tax(980, 0), 0);
    }

    proptest! {
        #[test]
        fn tax_never_exceeds_the_gross_and_is_within_half_a_unit(minor in 0_i64..10_000_000, rate in 0_u32..10_000) {
            let tax = Money::new(minor, Currency::EUR).tax_included(rate).minor;
            prop_assert!(tax <= minor);
            let exact = minor as f64 * f64::from(rate) / f64::from(10_000 + rate);
            prop_assert!((tax as f64 - exact).abs() <= 0.5 + 1e-6);
        }

        #[test]
        fn a_sum_does_not_depend_on_the_order(mut amounts in prop::collection::vec(-1_000_000_i64..1_000_000, 0..50)) {
            let sum = |list: &[i64]| Money::sum(Currency::EUR, list.iter().map(|m| Money::new(*m, Currency::EUR))).unwrap();
            let before = sum(&amounts);
            amounts.reverse();
            prop_assert_eq!(before, sum(&amounts));
        }
    }
}
