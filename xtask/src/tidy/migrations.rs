//! One schema, two engines: each migration of SQLite has its twin for PostgreSQL.

use super::Finding;
use super::source::Tree;

/// The same names in `migrations/sqlite` and `migrations/postgres`.
pub(super) fn come_in_pairs(tree: &Tree) -> Vec<Finding> {
    let twin = |path: &str| {
        let (here, there) = if path.contains("/migrations/sqlite/") {
            ("/migrations/sqlite/", "/migrations/postgres/")
        } else if path.contains("/migrations/postgres/") {
            ("/migrations/postgres/", "/migrations/sqlite/")
        } else {
            return None;
        };
        Some(path.replace(here, there))
    };
    tree.files
        .iter()
        .filter_map(|file| Some((file, twin(&file.path)?)))
        .filter(|(_, twin)| !tree.files.iter().any(|other| other.path == *twin))
        .map(|(file, twin)| Finding::new(&file.path, 1, format!("{twin} is missing")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_without_its_twin_is_named() {
        let pair = [
            ("services/landing/migrations/sqlite/V1__a.sql", ""),
            ("services/landing/migrations/postgres/V1__a.sql", ""),
        ];
        assert_eq!(come_in_pairs(&Tree::of(&pair)), []);
        let found = come_in_pairs(&Tree::of(&pair[..1]));
        assert_eq!(found[0].message, "services/landing/migrations/postgres/V1__a.sql is missing");
    }
}
