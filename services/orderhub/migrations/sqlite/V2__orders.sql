-- Orders, their history, the answers to repeated requests, and the keys of signed links.
CREATE TABLE orders (
    id BLOB PRIMARY KEY,
    code TEXT NOT NULL,
    restaurant_id BLOB NOT NULL,
    person_id BLOB,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ready_at INTEGER,
    received_at INTEGER,
    acknowledged_at INTEGER,
    ticket_version INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,
    seller TEXT NOT NULL,
    contact TEXT NOT NULL,
    address TEXT,
    document TEXT NOT NULL,
    out_of_stock TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_open_code ON orders (restaurant_id, code) WHERE state IN ('placed', 'accepted', 'preparing', 'ready');
CREATE INDEX orders_expiry ON orders (expires_at) WHERE state = 'placed';
CREATE INDEX orders_of_person ON orders (person_id, id) WHERE person_id IS NOT NULL;

CREATE TABLE order_history (
    order_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
