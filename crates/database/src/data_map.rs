//! The data map: what a service knows of people, column by column, why, how long, and what becomes of
//! it when somebody is erased. Export and erase are held against it, and a column that it does not
//! name fails a test (ADR 17).

/// What one owner's tables hold. Its name is that of the tables' [`crate::Migrations`].
#[derive(Debug, Clone, Copy)]
pub struct DataMap {
    /// Whose tables, such as `orderhub`.
    pub owner: &'static str,
    /// All of them.
    pub tables: &'static [TableMap],
}

/// One table.
#[derive(Debug, Clone, Copy)]
pub struct TableMap {
    /// Its name.
    pub table: &'static str,
    /// Columns that tell something of a person.
    pub personal: &'static [Personal],
    /// Columns that do not, or tell it only beside a personal one of the same row: ids, states, times.
    pub other: &'static [&'static str],
}

/// A column that tells something of a person.
#[derive(Debug, Clone, Copy)]
pub struct Personal {
    /// Its name.
    pub column: &'static str,
    /// What it is.
    pub what: &'static str,
    /// The lawful reason (GDPR Art. 6 (1)).
    pub reason: &'static str,
    /// How long it is kept without an erasure.
    pub kept: &'static str,
    /// What happens when the person is erased.
    pub erased: Erased,
    /// Where the person finds it in their export.
    pub export: Export,
}

/// What becomes of a column when its person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// The row goes, or the column is emptied.
    Deleted,
    /// Nobody can be told from what stays; why it stays.
    Pseudonymised(&'static str),
    /// It stays as long as that is needed, and why.
    Later(&'static str),
}

/// Where a person finds a column in their export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// In this member of the table's entries, such as `name`; inside objects, `contact.name`.
    As(&'static str),
    /// Not there, and why.
    Not(&'static str),
}

impl DataMap {
    /// What differs between this map and the columns of a database, as a sentence each.
    #[must_use]
    pub fn differences(&self, columns: &[(String, Vec<String>)]) -> Vec<String> {
        let unknown = columns.iter().flat_map(|(table, columns)| {
            let known = self.tables.iter().find(|known| known.table == table);
            columns
                .iter()
                .filter(move |column| !known.is_some_and(|known| known.names(column)))
                .map(move |column| {
                    format!("{table}.{column} is neither listed as personal nor as not personal")
                })
        });
        let gone = self.tables.iter().flat_map(|known| {
            let there = columns.iter().find(|(table, _)| table == known.table);
            known
                .columns()
                .filter(move |column| {
                    !there.is_some_and(|(_, columns)| columns.iter().any(|name| name == column))
                })
                .map(move |column| format!("{}.{column} is listed and does not exist", known.table))
        });
        unknown.chain(gone).collect()
    }

    /// What an export lacks: columns whose member is in no entry of their table.
    #[must_use]
    pub fn missing_from(&self, export: &serde_json::Value) -> Vec<String> {
        let personal = self.tables.iter().flat_map(|table| {
            table.personal.iter().filter_map(move |column| match column.export {
                Export::As(member) => Some((table.table, member)),
                Export::Not(_) => None,
            })
        });
        let is_there = |table: &str, member: &str| {
            let pointer = format!("/{}", member.replace('.', "/"));
            let entries = export[table].as_array().map(Vec::as_slice).unwrap_or_default();
            entries
                .iter()
                .any(|entry| entry.pointer(&pointer).is_some_and(|value| !value.is_null()))
        };
        let missing = personal.filter(|(table, member)| !is_there(table, member));
        missing.map(|(table, member)| format!("{table}: {member}")).collect()
    }

    /// The map as a chapter of a document.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = format!("\n## {}\n", self.owner);
        let personal = self.tables.iter().filter(|table| !table.personal.is_empty());
        for table in personal {
            text.push_str(&format!(
                "\n### {}\n\n| column | what | reason | kept | when erased | in the export |\n|---|---|---|---|---|---|\n",
                table.table
            ));
            table.personal.iter().for_each(|column| text.push_str(&column.row()));
        }
        let without: Vec<&str> = self
            .tables
            .iter()
            .filter(|table| table.personal.is_empty())
            .map(|table| table.table)
            .collect();
        if !without.is_empty() {
            text.push_str(&format!("\nWithout anything personal: {}.\n", without.join(", ")));
        }
        text
    }
}

impl TableMap {
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.personal.iter().map(|column| column.column).chain(self.other.iter().copied())
    }

    fn names(&self, column: &str) -> bool {
        self.columns().any(|known| known == column)
    }
}

impl Personal {
    fn row(&self) -> String {
        let erased = match self.erased {
            Erased::Deleted => "deleted".to_owned(),
            Erased::Pseudonymised(why) => format!("pseudonymised: {why}"),
            Erased::Later(why) => format!("later: {why}"),
        };
        let export = match self.export {
            Export::As(member) => format!("`{member}`"),
            Export::Not(why) => format!("no: {why}"),
        };
        let Self { column, what, reason, kept, .. } = self;
        format!("| `{column}` | {what} | {reason} | {kept} | {erased} | {export} |\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Personal = Personal {
        column: "name",
        what: "the name",
        reason: "contract",
        kept: "while the account lives",
        erased: Erased::Deleted,
        export: Export::As("contact.name"),
    };
    const MAP: DataMap = DataMap {
        owner: "test",
        tables: &[TableMap { table: "people", personal: &[NAME], other: &["id"] }],
    };

    fn columns(names: &[&str]) -> Vec<(String, Vec<String>)> {
        vec![("people".to_owned(), names.iter().map(|name| (*name).to_owned()).collect())]
    }

    #[test]
    fn a_column_that_is_not_listed_and_one_that_is_gone_are_named() {
        assert!(MAP.differences(&columns(&["id", "name"])).is_empty());
        let new = MAP.differences(&columns(&["id", "name", "birthday"]));
        assert!(new[0].starts_with("people.birthday is neither listed"), "{new:?}");
        let gone = MAP.differences(&columns(&["id"]));
        assert_eq!(gone, ["people.name is listed and does not exist"]);
    }

    #[test]
    fn an_export_without_a_listed_member_is_not_complete() {
        let whole = serde_json::json!({"people": [{}, {"contact": {"name": "Ana"}}]});
        assert!(MAP.missing_from(&whole).is_empty());
        for empty in [serde_json::json!({}), serde_json::json!({"people": [{"contact": {}}]})] {
            assert_eq!(MAP.missing_from(&empty), ["people: contact.name"]);
        }
    }
}
