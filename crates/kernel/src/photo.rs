//! A photo that a restaurant has uploaded: which one, in which sizes it is kept, and what it shows.
//! The picture itself lies in the store of uploads.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest text on what a photo shows, in characters.
pub const LONGEST_ALT: usize = 200;

/// The name of a photo: the SHA-256 of its kept sizes, as 64 lower-case hexadecimal digits. The
/// same name is the same picture, for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhotoName(String);

/// The text is no name of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a photo's name is 64 lower-case hexadecimal digits")]
pub struct NotAName;

impl PhotoName {
    /// The name from a hash.
    #[must_use]
    pub fn of_hash(hash: [u8; 32]) -> Self {
        Self(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PhotoName {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) { Ok(Self(text)) } else { Err(NotAName) }
    }
}

impl From<PhotoName> for String {
    fn from(name: PhotoName) -> Self {
        name.0
    }
}

impl fmt::Display for PhotoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Which.
    pub name: PhotoName,
    /// Pixels across of each size that is kept, the smallest first; never empty.
    pub widths: Vec<u32>,
    /// Pixels down of the widest.
    pub height: u32,
    /// What it shows, for those who do not see it; empty where the name beside it says all.
    #[serde(default)]
    pub alt: String,
}

impl Photo {
    /// Pixels across of the widest size.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.widths.last().copied().unwrap_or_default()
    }

    /// What is wrong with the words on it.
    #[must_use]
    pub fn alt_problem(&self) -> Option<String> {
        if self.alt.chars().count() > LONGEST_ALT {
            Some(format!("At most {LONGEST_ALT} characters"))
        } else if self.alt.chars().any(char::is_control) {
            Some("One line of text, without control characters".to_owned())
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_hash_and_nothing_that_leads_elsewhere() {
        let name = PhotoName::of_hash([0xab; 32]);
        assert_eq!(name.as_str().len(), 64);
        assert_eq!(PhotoName::try_from(name.to_string()), Ok(name));
        for wrong in ["", "../../etc/passwd", &"AB".repeat(32), &"ab".repeat(31), &"äb".repeat(21)]
        {
            assert_eq!(PhotoName::try_from(wrong.to_owned()), Err(NotAName), "{wrong}");
        }
    }
}
