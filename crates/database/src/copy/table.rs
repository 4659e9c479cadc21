//! A table as both sides must have it: columns by name and kind, the key, what it refers to.

use super::CopyError;
use crate::{Value, postgres_connect::UNFINISHED_COPY};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Columns of the primary key, in its order.
    pub(super) key: Vec<String>,
    /// Tables whose rows must be there before this one's.
    pub(super) refers_to: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The engine counts it up.
    pub(super) counts: bool,
}

/// What a column holds in the engine that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Real,
    Text,
    Bytes,
    Uuid,
}

impl Table {
    /// Not the house-keeping of migrations and of a copy.
    pub(super) fn is_data(name: &str) -> bool {
        !name.starts_with("migrations_of_") && name != UNFINISHED_COPY
    }

    /// The columns' names for a statement, quoted.
    pub(super) fn list(&self) -> String {
        list(self.columns.iter().map(|column| &column.name))
    }

    /// The whole table in the order of its key.
    pub(super) fn select(&self) -> String {
        let order = list(self.key.iter());
        format!("SELECT {} FROM \"{}\" ORDER BY {order}", self.list(), self.name)
    }

    /// A row of the other engine as this one's columns want it.
    pub(super) fn typed(&self, row: Vec<Value>) -> Result<Vec<Value>, CopyError> {
        let typed = self.columns.iter().zip(row).map(|(column, value)| {
            let wrong =
                || CopyError::Value { table: self.name.clone(), column: column.name.clone() };
            column.kind.typed(value).ok_or_else(wrong)
        });
        typed.collect()
    }
}

impl Kind {
    /// SQLite has neither flags nor ids: they are numbers and bytes there.
    fn typed(self, value: Value) -> Option<Value> {
        Some(match (self, value) {
            (_, Value::Null) => Value::Null,
            (Self::Bool, Value::Int(flag @ 0..=1)) => Value::Bool(flag == 1),
            (Self::Int, Value::Bool(flag)) => Value::Int(flag.into()),
            (Self::Uuid, Value::Bytes(bytes)) => Value::Uuid(Uuid::from_slice(&bytes).ok()?),
            (Self::Bytes, Value::Uuid(uuid)) => Value::Bytes(uuid.as_bytes().to_vec()),
            (Self::Bool, value @ Value::Bool(_))
            | (Self::Int, value @ Value::Int(_))
            | (Self::Real, value @ Value::Real(_))
            | (Self::Text, value @ Value::Text(_))
            | (Self::Bytes, value @ Value::Bytes(_))
            | (Self::Uuid, value @ Value::Uuid(_)) => value,
            _ => return None,
        })
    }
}

/// The tables of both sides, with their columns in one order, those that others refer to first.
pub(super) fn paired(
    mut source: Vec<Table>,
    target: Vec<Table>,
) -> Result<Vec<(Table, Table)>, CopyError> {
    let mut pairs = Vec::with_capacity(target.len());
    for target in in_order(target) {
        let found = source.iter().position(|table| table.name == target.name);
        let other_shape = || CopyError::OtherShape { table: target.name.clone() };
        let mut table = source.swap_remove(found.ok_or_else(other_shape)?);
        let place = |column: &Column| target.columns.iter().position(|c| c.name == column.name);
        table.columns.sort_by_key(place);
        let names =
            |table: &Table| table.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
        if names(&table) != names(&target) || table.key != target.key || table.key.is_empty() {
            return Err(other_shape());
        }
        pairs.push((table, target));
    }
    match source.pop() {
        Some(left) => Err(CopyError::OtherShape { table: left.name }),
        None => Ok(pairs),
    }
}

fn in_order(mut tables: Vec<Table>) -> Vec<Table> {
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let waits = |table: &Table| {
            let missing =
                |name: &String| *name != table.name && tables.iter().any(|t| t.name == *name);
            table.refers_to.iter().any(missing)
        };
        // A circle of references cannot be ordered; the engine will say so.
        let next = tables.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(tables.remove(next));
    }
    ordered
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, refers_to: &[&str]) -> Table {
        let column = Column { name: "id".into(), kind: Kind::Uuid, counts: false };
        Table {
            name: name.into(),
            columns: vec![column],
            key: vec!["id".into()],
            refers_to: refers_to.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn a_table_comes_after_those_it_refers_to() {
        let tables = vec![table("a", &["b", "a"]), table("b", &["c"]), table("c", &[])];
        let names: Vec<_> = in_order(tables).into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["c", "b", "a"]);
    }

    #[test]
    fn tables_that_are_not_the_same_are_not_paired() {
        let mut other = table("a", &[]);
        other.columns.push(Column { name: "new".into(), kind: Kind::Text, counts: false });
        assert!(paired(vec![table("a", &[])], vec![other]).is_err());
        assert!(paired(vec![table("a", &[]), table("b", &[])], vec![table("a", &[])]).is_err());
        assert!(paired(vec![], vec![table("a", &[])]).is_err());
    }

    #[test]
    fn a_value_takes_the_type_of_its_column_or_is_refused() {
        let id = Uuid::from_u128(7);
        let bytes = Value::Bytes(id.as_bytes().to_vec());
        assert_eq!(Kind::Uuid.typed(bytes.clone()), Some(Value::Uuid(id)));
        assert_eq!(Kind::Bytes.typed(Value::Uuid(id)), Some(bytes));
        assert_eq!(Kind::Bool.typed(Value::Int(1)), Some(Value::Bool(true)));
        assert_eq!(Kind::Int.typed(Value::Bool(false)), Some(Value::Int(0)));
        assert_eq!(Kind::Bool.typed(Value::Int(2)), None);
        assert_eq!(Kind::Uuid.typed(Value::Bytes(vec![1])), None);
    }
}
