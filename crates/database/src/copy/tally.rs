//! How much a table holds, and a hash that is equal on both engines when the rows are.

use crate::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// Rows of a table and the hash of them. The hash is the sum of the rows' SHA-256 in four lanes of
/// 64 bits: it does not depend on their order, which differs between engines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub rows: u64,
    lanes: [u64; 4],
}

impl Tally {
    /// Takes a row in.
    pub fn add(&mut self, row: &[Value]) {
        let mut hash = Sha256::new();
        for value in row {
            let (tag, bytes) = canonical(value);
            hash.update([tag]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        let digest = hash.finalize();
        for (lane, bytes) in self.lanes.iter_mut().zip(digest.chunks_exact(8)) {
            let part = bytes.iter().fold(0, |part, byte| part << 8 | u64::from(*byte));
            *lane = lane.wrapping_add(part);
        }
        self.rows += 1;
    }
}

impl fmt::Display for Tally {
    /// Rows, and the first half of the hash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, ..] = self.lanes;
        write!(f, "{:>9} {first:016x}{second:016x}", self.rows)
    }
}

/// The same bytes whether an engine has flags and ids, or numbers and bytes for them.
fn canonical(value: &Value) -> (u8, Vec<u8>) {
    match value {
        Value::Null => (0, Vec::new()),
        Value::Bool(flag) => (1, i64::from(*flag).to_be_bytes().to_vec()),
        Value::Int(number) => (1, number.to_be_bytes().to_vec()),
        // SQLite keeps no negative zero.
        Value::Real(number) => (2, (number + 0.0).to_bits().to_be_bytes().to_vec()),
        Value::Text(text) => (3, text.as_bytes().to_vec()),
        Value::Bytes(bytes) => (4, bytes.clone()),
        Value::Uuid(uuid) => (4, uuid.as_bytes().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn of(rows: &[&[Value]]) -> Tally {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.add(row));
        tally
    }

    #[test]
    fn the_same_rows_are_equal_in_any_order_and_in_either_engines_types() {
        let id = Uuid::from_u128(1);
        let one: &[Value] = &[Value::Uuid(id), Value::Bool(true), Value::Real(0.0)];
        let same = [Value::Bytes(id.as_bytes().to_vec()), Value::Int(1), Value::Real(-0.0)];
        let two: &[Value] = &[Value::Null, Value::Int(1), Value::Text("ü".into())];
        assert_eq!(of(&[one, two]), of(&[two, &same]));
    }

    #[test]
    fn what_differs_in_one_value_or_where_a_value_ends_differs() {
        let text = |parts: [&str; 2]| parts.map(|part| Value::Text(part.to_owned()));
        assert_ne!(of(&[&text(["ab", "c"])]), of(&[&text(["a", "bc"])]));
        assert_ne!(of(&[&[Value::Null]]), of(&[&[Value::Text(String::new())]]));
        assert_ne!(of(&[&[Value::Int(1)]]), of(&[&[Value::Int(1)], &[Value::Int(1)]]));
    }
}
