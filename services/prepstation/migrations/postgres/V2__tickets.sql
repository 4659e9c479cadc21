CREATE TABLE boards (
    restaurant_id UUID PRIMARY KEY,
    seq BIGINT NOT NULL
);

CREATE TABLE tickets (
    id UUID PRIMARY KEY,
    order_id UUID NOT NULL UNIQUE,
    restaurant_id UUID NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    due_at BIGINT,
    customer_name TEXT NOT NULL,
    customer_phone TEXT NOT NULL,
    address TEXT,
    lines TEXT NOT NULL,
    total BIGINT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    since BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    ready_at BIGINT,
    received_at BIGINT,
    reason TEXT NOT NULL,
    board_seq BIGINT NOT NULL
);
CREATE UNIQUE INDEX tickets_by_board_seq ON tickets (restaurant_id, board_seq);
CREATE INDEX tickets_by_placed_at ON tickets (restaurant_id, placed_at);
CREATE INDEX tickets_open ON tickets (restaurant_id, state)
    WHERE state IN ('new', 'acknowledged', 'accepted', 'preparing', 'ready');

CREATE TABLE ticket_history (
    ticket_id UUID NOT NULL REFERENCES tickets (id),
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    person_id UUID,
    reason TEXT NOT NULL,
    PRIMARY KEY (ticket_id, version)
);
