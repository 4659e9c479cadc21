//! Where uploads lie: immutable things under names that are hashes of them.

use async_trait::async_trait;
use bytes::Bytes;
use kernel::photo::PhotoName;
use std::fmt;

/// The name of one thing in a store, `{hash}-{width}.jpg`: never a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// One size of a photo.
    #[must_use]
    pub fn of(photo: &PhotoName, width: u32) -> Self {
        Self(format!("{photo}-{width}.jpg"))
    }

    /// Reads what stands in an address; `None` when it is no such name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (photo, width) = text.strip_suffix(".jpg")?.split_once('-')?;
        let photo = PhotoName::try_from(photo.to_owned()).ok()?;
        let name = Self::of(&photo, width.parse().ok()?);
        // One thing has one name: no signs, no leading zeros.
        (name.0 == text).then_some(name)
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it lies in every store: by the first two digits, so that no folder holds millions.
    pub(crate) fn place(&self) -> String {
        format!("{}/{}", &self.0[..2], self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The store did not do it.
#[derive(Debug, thiserror::Error)]
#[error("the store of uploads failed: {what}")]
pub struct StoreError {
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    pub(crate) fn of(
        what: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self { what: what.into(), source: Some(Box::new(source)) }
    }

    pub(crate) fn said(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }
}

/// A store that all replicas share.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Keeps `bytes` under `name`, durable when this returns. A name that is there already has the
    /// same bytes, so that it may be kept twice, also at the same time; a store that takes nothing
    /// any more says so then too.
    async fn put(&self, name: &Name, bytes: Bytes) -> Result<(), StoreError>;

    /// What is kept under `name`.
    async fn get(&self, name: &Name) -> Result<Option<Bytes>, StoreError>;
}

/// Writes a small thing and reads it back.
///
/// # Errors
/// It cannot, or reads something else.
pub async fn examine(store: &dyn Store) -> Result<(), StoreError> {
    let name = Name::of(&PhotoName::of_hash([0; 32]), 0);
    let written = Bytes::from_static(b"Comanda was here.");
    store.put(&name, written.clone()).await?;
    match store.get(&name).await? {
        Some(read) if read == written => Ok(()),
        _ => Err(StoreError::said("what was written is not what is read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        let photo = PhotoName::of_hash([0xab; 32]);
        let name = Name::of(&photo, 800);
        assert_eq!(Name::parse(name.as_str()), Some(name));
        for wrong in ["", "800.jpg", "../x-800.jpg", "x-800.jpg"] {
            assert_eq!(Name::parse(wrong), None, "{wrong}");
        }
        for width in ["", "+800", "0800", "8e2", "-1", "99999999999", "800.jpg/..", "800%2f"] {
            assert_eq!(Name::parse(&format!("{photo}-{width}.jpg")), None, "{width}");
        }
    }
}
