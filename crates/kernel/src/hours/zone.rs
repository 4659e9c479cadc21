//! A time zone by its IANA name, checked when it is read.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::HoursError;

/// An IANA time zone (`Europe/Vienna`); as text and JSON its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Zone {
        Zone { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }

    /// The name, in the spelling of the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules, for arithmetic with jiff.
    #[must_use]
    pub fn rules(&self) -> &TimeZone {
        &self.rules
    }
}

impl FromStr for Zone {
    type Err = HoursError;

    fn from_str(name: &str) -> Result<Zone, HoursError> {
        let wrong = || HoursError::Zone { name: name.chars().take(60).collect() };
        let rules = TimeZone::get(name).map_err(|_| wrong())?;
        let name = rules.iana_name().ok_or_else(wrong)?.to_owned();
        Ok(Zone { name, rules })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.name
    }
}

impl TryFrom<String> for Zone {
    type Error = HoursError;

    fn try_from(name: String) -> Result<Zone, HoursError> {
        name.parse()
    }
}
