-- Orders, their history, the answers to repeated requests, and the keys of signed links.
CREATE TABLE orders (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL,
    restaurant_id UUID NOT NULL,
    person_id UUID,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    placed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ready_at BIGINT,
    received_at BIGINT,
    acknowledged_at BIGINT,
    ticket_version BIGINT NOT NULL,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL,
    seller TEXT NOT NULL,
    contact TEXT NOT NULL,
    address TEXT,
    document TEXT NOT NULL,
    out_of_stock TEXT NOT NULL
);
CREATE UNIQUE INDEX orders_open_code ON orders (restaurant_id, code) WHERE state IN ('placed', 'accepted', 'preparing', 'ready');
CREATE INDEX orders_expiry ON orders (expires_at) WHERE state = 'placed';
CREATE INDEX orders_of_person ON orders (person_id, id) WHERE person_id IS NOT NULL;

CREATE TABLE order_history (
    order_id UUID NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
);

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);
