CREATE TABLE messages (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    fingerprint BYTEA NOT NULL
);

CREATE TABLE applications (
    id UUID PRIMARY KEY,
    restaurant_name TEXT NOT NULL,
    city TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    words TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    fingerprint BYTEA NOT NULL
);
