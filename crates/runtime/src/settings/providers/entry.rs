//! One table of the list: each key is taken out once, and what is left over at the end is misspelt.

use super::{KEY, URL, is_safe_way};
use crate::SettingsError;

pub(super) struct Entry {
    index: usize,
    /// Once it is known.
    pub(super) name: Option<String>,
    table: toml::Table,
    known: Vec<&'static str>,
}

impl Entry {
    pub(super) fn new(index: usize, table: toml::Table) -> Self {
        Self { index, name: None, table, known: Vec::new() }
    }

    pub(super) fn wrong(&self, key: &str, value: &str, allowed: &str) -> SettingsError {
        let place = self.name.clone().unwrap_or_else(|| self.index.to_string());
        let value = if key.contains("secret") { "…" } else { value };
        crate::settings::wrong(&format!("{KEY}[{place}].{key}"), value, allowed)
    }

    fn take(&mut self, key: &'static str) -> Option<toml::Value> {
        self.known.push(key);
        self.table.remove(key)
    }

    /// A text, nothing when it is left out or empty.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<String>, SettingsError> {
        match self.take(key) {
            None => Ok(None),
            Some(toml::Value::String(text)) if text.trim() == text && !text.contains('\n') => {
                Ok(Some(text).filter(|text| !text.is_empty()))
            }
            Some(other) => Err(self.wrong(key, &other.to_string(), "expected a line of text")),
        }
    }

    pub(super) fn required(
        &mut self,
        key: &'static str,
        allowed: &str,
    ) -> Result<String, SettingsError> {
        self.text(key)?.ok_or_else(|| self.wrong(key, "", allowed))
    }

    pub(super) fn word(
        &mut self,
        key: &'static str,
        words: &[&str],
    ) -> Result<String, SettingsError> {
        let allowed = format!("expected one of {}", words.join(", "));
        let word = self.required(key, &allowed)?;
        if words.contains(&word.as_str()) {
            Ok(word)
        } else {
            Err(self.wrong(key, &word, &allowed))
        }
    }

    /// An address that nobody on the way can change what it answers.
    pub(super) fn url(
        &mut self,
        key: &'static str,
        default: Option<&str>,
    ) -> Result<String, SettingsError> {
        let set = self.text(key)?.or_else(|| default.map(ToOwned::to_owned));
        let url = set.ok_or_else(|| self.wrong(key, "", URL))?;
        if is_safe_way(&url) { Ok(url) } else { Err(self.wrong(key, &url, URL)) }
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Result<bool, SettingsError> {
        match self.take(key) {
            None => Ok(false),
            Some(toml::Value::Boolean(flag)) => Ok(flag),
            Some(other) => Err(self.wrong(key, &other.to_string(), "expected true or false")),
        }
    }

    pub(super) fn list(&mut self, key: &'static str) -> Result<Vec<String>, SettingsError> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        let texts = value.as_array().and_then(|values| {
            values.iter().map(|value| value.as_str().map(ToOwned::to_owned)).collect()
        });
        texts.ok_or_else(|| self.wrong(key, &value.to_string(), "expected a list of texts"))
    }

    /// Nothing may be left over.
    pub(super) fn end(self) -> Result<(), SettingsError> {
        let Some(key) = self.table.keys().next() else { return Ok(()) };
        let allowed = format!("no such key; expected some of {}", self.known.join(", "));
        // The value may be a secret under a misspelt key.
        Err(self.wrong(key, "…", &allowed))
    }
}
