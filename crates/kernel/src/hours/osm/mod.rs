//! OpenStreetMap `opening_hours` strings, read into our model and written from it.
//! Reading: words and signs are put right (`sloppy`), the text is parsed by `opening-hours-syntax`,
//! its rules are laid over every kind of day (`rules`), and what comes out is folded into a weekly
//! table and exceptions (`fold`).
//! <https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification>

mod doubts;
mod fold;
mod lexer;
mod rules;
mod selectors;
mod sloppy;
mod words;
mod write;

use super::{OpeningHours, Zone};

pub use write::write;

/// Longer than any string seen in the wild (the longest has some 400 characters).
const LONGEST: usize = 1_000;

/// What a string was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The hours, with the default business day.
    pub hours: OpeningHours,
    /// What was put right, guessed or left out, in sentences for the person who imports.
    pub warnings: Vec<String>,
}

/// Why a string was not read: a sentence for the person who imports.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// The sentence.
    pub reason: String,
    /// What the parser says, with the place, for a log.
    #[source]
    source: Option<Box<opening_hours_syntax::Error>>,
}

impl Refused {
    fn because(reason: impl Into<String>) -> Refused {
        Refused { reason: reason.into(), source: None }
    }
}

/// Reads an `opening_hours` string.
///
/// Public and school holidays are left out with a warning, because their dates are known to the
/// restaurant alone; remarks are left out with a warning; open ends (`17:00+`) are taken as
/// midnight with a warning.
///
/// # Errors
/// [`Refused`] when the text cannot be understood, or says what the model does not hold: weeks of
/// the year, the n-th weekday of a month, Easter, the sun, open-ended years.
pub fn read(text: &str, zone: &Zone) -> Result<Imported, Refused> {
    if text.len() > LONGEST {
        return Err(Refused::because(format!("longer than {LONGEST} characters")));
    }
    let mut warnings = Vec::new();
    let tidy = sloppy::put_right(text, &mut warnings)?;
    let parsed = opening_hours_syntax::parse(&tidy.join()).map_err(|error| {
        let wrong = tidy.rules.iter().find(|rule| opening_hours_syntax::parse(&rule.text).is_err());
        let wrong = wrong.map_or_else(|| tidy.join(), |rule| rule.text.clone());
        Refused { reason: format!("\"{wrong}\" is not understood"), source: Some(Box::new(error)) }
    })?;
    let rules = rules::from_expression(&parsed, &mut warnings)?;
    let hours = fold::into_hours(&rules, zone.clone())?;
    doubts::look_for(&rules, &hours, &mut warnings);
    let mut seen = std::collections::HashSet::new();
    warnings.retain(|warning| seen.insert(warning.clone()));
    Ok(Imported { hours, warnings })
}
