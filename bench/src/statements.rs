//! The statements of `place_order`, bare: the limit that orders over HTTP are compared with. The
//! values are those of an order that was really placed, with fresh ids.

use crate::Outcome;
use database::{Database, Error, Location, Options, Sql, ToValue, Tx, Value, sql};
use kernel::{Env, ids::OrderId};
use std::path::Path;

/// As in `services/orderhub/src/{usecases/orders/place_order,store/orders,store/idempotency}.rs`
/// and `crates/outbox/src/store.rs`, in their order.
const FIND_ANSWER: &str =
    "SELECT body_hash, answer FROM idempotency WHERE scope = $1 AND idempotency_key = $2";
const FIND_CODE: &str = "SELECT code FROM orders WHERE restaurant_id = $1 AND code = $2
     AND state IN ('scheduled', 'placed', 'accepted', 'preparing', 'ready')";
const INSERT_ORDER: &str = "INSERT INTO orders (id, code, restaurant_id, person_id, kind, state,
     version, placed_at, expires_at, ready_at, received_at, acknowledged_at, ticket_version,
     currency, total, seller, contact, address, document, out_of_stock, due_at, release_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL, 0, $10, $11, $12, $13, $14,
     $15, '[]', NULL, NULL)";
const INSERT_HISTORY: &str = "INSERT INTO order_history (order_id, version, at, from_state,
     to_state, actor, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const INSERT_EVENT: &str = "INSERT INTO outbox (event_id, topic, partition_key, kind, payload,
     occurred_at, subject) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const INSERT_ANSWER: &str = "INSERT INTO idempotency (scope, idempotency_key, body_hash, answer,
     created_at) VALUES ($1, $2, $3, $4, $5)";

/// All of them.
pub(crate) const TEXTS: [&str; 6] =
    [FIND_ANSWER, FIND_CODE, INSERT_ORDER, INSERT_HISTORY, INSERT_EVENT, INSERT_ANSWER];

fn registered() -> [Sql; 6] {
    [
        sql!(FIND_ANSWER),
        sql!(FIND_CODE),
        sql!(INSERT_ORDER),
        sql!(INSERT_HISTORY),
        sql!(INSERT_EVENT),
        sql!(INSERT_ANSWER),
    ]
}

/// What was written for a real order, column by column.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) order: Vec<Value>,
    pub(crate) history: Vec<Value>,
    pub(crate) event: Vec<Value>,
    pub(crate) answer: Vec<Value>,
}

impl Sample {
    /// The newest order in the database of orderhub below `data`.
    pub(crate) async fn read(data: &Path) -> Outcome<Self> {
        let database = open(data)?;
        let sample = database.read(|tx| {
            Ok::<_, Error>(Self {
                order: values(
                    tx,
                    sql!(
                        "SELECT id, code, restaurant_id, person_id, kind, state, version,
                         placed_at, expires_at, currency, total, seller, contact, address,
                         document FROM orders ORDER BY id DESC LIMIT 1"
                    ),
                    15,
                )?,
                history: values(
                    tx,
                    sql!(
                        "SELECT order_id, version, at, from_state, to_state, actor, reason
                         FROM order_history ORDER BY order_id DESC, version LIMIT 1"
                    ),
                    7,
                )?,
                event: values(
                    tx,
                    sql!(
                        "SELECT event_id, topic, partition_key, kind, payload, occurred_at, subject
                         FROM outbox WHERE kind LIKE '%.order.placed.%'
                         ORDER BY sequence DESC LIMIT 1"
                    ),
                    7,
                )?,
                answer: values(
                    tx,
                    sql!(
                        "SELECT scope, idempotency_key, body_hash, answer, created_at
                         FROM idempotency ORDER BY created_at DESC LIMIT 1"
                    ),
                    5,
                )?,
            })
        });
        sample.await.map_err(|e| format!("a placed order: {e}"))
    }

    /// The parameters of [`TEXTS`] for another order.
    pub(crate) fn fresh(&self) -> [Vec<Value>; 6] {
        let env = Env::system();
        let id = env.id::<OrderId>().to_value();
        let key = format!("bench-{}", env.uuid()).to_value();
        // One restaurant has all these orders, so its open orders need longer codes than real ones.
        let code = [env.order_code(), env.order_code(), env.order_code()].concat().to_value();
        let (mut order, mut history) = (self.order.clone(), self.history.clone());
        let (mut event, mut answer) = (self.event.clone(), self.answer.clone());
        order.splice(0..2, [id.clone(), code.clone()]);
        history.splice(0..1, [id]);
        event.splice(0..1, [Value::Uuid(env.uuid())]);
        answer.splice(1..2, [key.clone()]);
        let find_answer = vec![answer[0].clone(), key];
        let find_code = vec![order[2].clone(), code];
        [find_answer, find_code, order, history, event, answer]
    }

    /// Runs them in an open transaction, as the use-case does.
    pub(crate) fn place(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for (number, (sql, values)) in registered().into_iter().zip(self.fresh()).enumerate() {
            let parameters: Vec<&dyn ToValue> = values.iter().map(|v| v as &dyn ToValue).collect();
            if number < 2 {
                tx.optional::<database::Row>(sql, &parameters)?;
            } else {
                tx.execute(sql, &parameters)?;
            }
        }
        Ok(())
    }
}

fn values(tx: &mut Tx<'_>, sql: Sql, columns: usize) -> Result<Vec<Value>, Error> {
    let row: database::Row = tx.one(sql, &[])?;
    (0..columns).map(|column| row.get(column)).collect()
}

/// The database of orderhub in a data folder that `comanda` has migrated.
pub(crate) fn open(data: &Path) -> Outcome<Database> {
    let location = Location::File(data.join("orderhub.db"));
    Database::open(&location, &[], Options::default()).map_err(|e| format!("orderhub.db: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A limit of other statements is none: an index that they miss makes it ten times lower.
    #[test]
    fn these_are_the_statements_of_the_service() {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let sources = [
            include_str!("../../services/orderhub/src/store/orders.rs"),
            include_str!("../../services/orderhub/src/store/idempotency.rs"),
            include_str!("../../crates/outbox/src/store.rs"),
        ];
        let sources = words(&sources.concat());
        for text in [FIND_ANSWER, FIND_CODE, INSERT_HISTORY, INSERT_EVENT, INSERT_ANSWER] {
            assert!(sources.contains(&words(text)), "{text}");
        }
    }
}
