//! The register of SQL texts: what is written with [`sql!`](crate::sql!) can be prepared by a test
//! on both engines.

/// One registered SQL text.
#[derive(Debug)]
pub struct SqlText {
    /// Module that holds it, such as `orderhub::store::orders`.
    pub module: &'static str,
    /// The text.
    pub text: &'static str,
}

inventory::collect!(SqlText);

/// A SQL text that [`sql!`](crate::sql!) has registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql(pub(crate) &'static str);

impl Sql {
    #[doc(hidden)]
    #[must_use]
    pub const fn registered(text: &'static str) -> Self {
        Self(text)
    }
}

/// Registers a SQL text and yields it as [`Sql`]. Parameters are `$1`, `$2`, …; the text must be
/// good SQL for SQLite and PostgreSQL alike.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        $crate::inventory::submit! {
            $crate::SqlText { module: ::core::module_path!(), text: $text }
        }
        $crate::Sql::registered($text)
    }};
}

/// All texts registered below a module path such as `orderhub`.
pub fn registered(crate_name: &'static str) -> impl Iterator<Item = &'static SqlText> {
    inventory::iter::<SqlText>
        .into_iter()
        .filter(move |text| text.module.split("::").next() == Some(crate_name))
}

/// `$1` as SQLite wants it, so that parameters go by number and not by order of appearance.
pub(crate) fn for_sqlite(text: &str) -> String {
    let mut quoted = false;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        quoted ^= c == '\'';
        out.push(if c == '$' && !quoted { '?' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_become_numbered_ones_and_texts_stay() {
        assert_eq!(super::for_sqlite("SELECT $2, '$1', $1"), "SELECT ?2, '$1', ?1");
    }
}
