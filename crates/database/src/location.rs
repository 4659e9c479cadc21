//! Where a service's database is: a file in a folder, a database of its own, or a schema in a
//! shared one.

use crate::{Error, Protection, database::beside_the_runtime, postgres_connect, postgres_url};
use kernel::without_password;
use std::{fmt, path::PathBuf};

/// A database's place.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database.
    Postgres {
        /// Connection string with the database's name.
        url: String,
        /// The schema of this service, when the database is shared.
        schema: Option<String>,
    },
}

/// The setting `database.url` is of no known form. Its password is not told.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocationError {
    /// Neither of the two.
    #[error("database.url is {url:?}: expected sqlite:FOLDER or postgres://USER@HOST:PORT/NAME")]
    Form {
        /// Without a password.
        url: String,
    },
    /// How the way to PostgreSQL is to be protected.
    #[error(
        "database.url says sslmode={mode}: expected disable, prefer, require, verify-ca or verify-full"
    )]
    SslMode {
        /// What it says.
        mode: String,
    },
}

impl Location {
    /// The database of one service from the common settings. Separate databases are
    /// `FOLDER/SERVICE.db` and `NAME_SERVICE`; a shared one has a schema per service.
    ///
    /// # Errors
    /// The URL is neither `sqlite:` nor `postgres://`, or has an unknown `sslmode`.
    pub fn of_service(url: &str, shared: bool, service: &str) -> Result<Self, LocationError> {
        if let Some(folder) = url.strip_prefix("sqlite:") {
            return Ok(Self::File(PathBuf::from(folder).join(format!("{service}.db"))));
        }
        let refuse = || LocationError::Form { url: without_password(url) };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(refuse());
        }
        postgres_url::check(url)?;
        if shared {
            return Ok(Self::Postgres { url: url.to_owned(), schema: Some(service.to_owned()) });
        }
        let (address, query) =
            postgres_url::split_query(url).map_or((url, None), |(a, q)| (a, Some(q)));
        let (server, name) =
            address.rsplit_once('/').filter(|(s, _)| !s.ends_with('/')).ok_or_else(refuse)?;
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Self::Postgres { url: format!("{server}/{name}_{service}{query}"), schema: None })
    }

    /// How far the way to this database is protected. Blocks; not on a thread of the asynchronous
    /// runtime.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn protection(&self) -> Result<Protection, Error> {
        match self {
            Self::File(_) => Ok(Protection::Local),
            Self::Postgres { url, .. } => beside_the_runtime(|| postgres_connect::protection(url)),
        }
    }
}

impl fmt::Debug for Location {
    /// As [`fmt::Display`]: a password is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Location {
    /// For an operator; never with a password. The same place has the same name, whatever the
    /// working directory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => {
                let whole = std::path::absolute(file).unwrap_or_else(|_| file.clone());
                write!(f, "sqlite:{}", whole.display())
            }
            Self::Postgres { url, schema: None } => f.write_str(&without_password(url)),
            Self::Postgres { url, schema: Some(schema) } => {
                write!(f, "{} ({schema})", without_password(url))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_a_place_of_its_own() {
        let place = |url, shared| Location::of_service(url, shared, "orderhub").unwrap();
        assert_eq!(place("sqlite:data", false), Location::File("data/orderhub.db".into()));
        let separate = place("postgres://u:p@h:5432/town?sslmode=disable", false);
        let url = "postgres://u:p@h:5432/town_orderhub?sslmode=disable".to_owned();
        assert_eq!(separate, Location::Postgres { url, schema: None });
        let Location::Postgres { schema, .. } = place("postgres://h/town", true) else { panic!() };
        assert_eq!(schema.as_deref(), Some("orderhub"));
    }

    #[test]
    fn a_wrong_url_is_refused_without_its_password() {
        let error = Location::of_service("mysql://u:secret@h/x", false, "orderhub").unwrap_err();
        assert!(!error.to_string().contains("secret"));
        let mode = "postgres://u:secret@h/town?sslmode=verify";
        let error = Location::of_service(mode, true, "orderhub").unwrap_err().to_string();
        assert!(error.contains("sslmode=verify: expected disable"), "{error}");
        assert!(!error.contains("secret"));
        assert!(Location::of_service("postgres://", false, "x").is_err());
    }
}
