CREATE TABLE boards (
    restaurant_id BLOB PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;

CREATE TABLE tickets (
    id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL UNIQUE,
    restaurant_id BLOB NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    due_at INTEGER,
    customer_name TEXT NOT NULL,
    customer_phone TEXT NOT NULL,
    address TEXT,
    lines TEXT NOT NULL,
    total INTEGER NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    since INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ready_at INTEGER,
    received_at INTEGER,
    reason TEXT NOT NULL,
    board_seq INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX tickets_by_board_seq ON tickets (restaurant_id, board_seq);
CREATE INDEX tickets_by_placed_at ON tickets (restaurant_id, placed_at);
CREATE INDEX tickets_open ON tickets (restaurant_id, state)
    WHERE state IN ('new', 'acknowledged', 'accepted', 'preparing', 'ready');

CREATE TABLE ticket_history (
    ticket_id BLOB NOT NULL REFERENCES tickets (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    person_id BLOB,
    reason TEXT NOT NULL,
    PRIMARY KEY (ticket_id, version)
) STRICT;
