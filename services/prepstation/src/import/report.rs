//! What came of an import, as figures and lines for the person who started it.

use crate::usecases::import_restaurant::Imported;
use std::fmt;

/// How much a remark weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Imported, with something put right, guessed or left out.
    Warned,
    /// Not imported.
    Refused,
}

/// One line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How much it weighs.
    pub weight: Weight,
    /// The file.
    pub file: String,
    /// Where in the file: `line 3`, `feature 17`, or a JSON pointer.
    pub at: String,
    /// A sentence.
    pub message: String,
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// New restaurants.
    pub created: usize,
    /// Restaurants that were there and are others now.
    pub changed: usize,
    /// Restaurants that were there like this.
    pub unchanged: usize,
    /// Items on the menus that were read.
    pub items: usize,
    /// Every warning and refusal, by file.
    pub remarks: Vec<Remark>,
}

impl Report {
    pub(super) fn count(&mut self, outcome: Imported) {
        *match outcome {
            Imported::Created => &mut self.created,
            Imported::Changed => &mut self.changed,
            Imported::Unchanged => &mut self.unchanged,
        } += 1;
    }

    /// How many remarks weigh this much.
    #[must_use]
    pub fn remarks_of(&self, weight: Weight) -> usize {
        self.remarks.iter().filter(|remark| remark.weight == weight).count()
    }

    /// Whether nothing was refused.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.remarks_of(Weight::Refused) == 0
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Warned => "warned",
            Weight::Refused => "refused",
        };
        write!(f, "{weight:<7}  {}, {}: {}", self.file, self.at, self.message)
    }
}

impl fmt::Display for Report {
    /// The lines, then the table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        if !self.remarks.is_empty() {
            writeln!(f)?;
        }
        let figures = [
            ("imported", self.created),
            ("changed", self.changed),
            ("unchanged", self.unchanged),
            ("items", self.items),
            ("warned", self.remarks_of(Weight::Warned)),
            ("refused", self.remarks_of(Weight::Refused)),
        ];
        for (name, figure) in figures {
            writeln!(f, "{name:<10}{figure:>7}")?;
        }
        Ok(())
    }
}
