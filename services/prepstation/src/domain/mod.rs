//! The rules of a restaurant's office: pure, no SQL, no HTTP, no clock.

pub mod api_key;
pub mod availability;
pub mod menu_diff;
pub mod menu_edit;
pub mod restaurant;
pub mod staff;
pub mod ticket;

/// Something wrong with what was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// RFC 6901 pointer to the field.
    pub pointer: String,
    /// A sentence for the person who entered it.
    pub message: String,
}

impl Flaw {
    /// A flaw at a pointer.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

impl From<kernel::menu::MenuProblem> for Flaw {
    fn from(problem: kernel::menu::MenuProblem) -> Self {
        Self { pointer: problem.pointer, message: problem.message }
    }
}
