-- People, how they prove who they are, and where they are signed in. Personal columns:
-- persons.email, persons.email_key, persons.name, sessions.user_agent.

CREATE TABLE persons (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address as it is compared: lower case.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email_verified BOOLEAN NOT NULL,
    operator BOOLEAN NOT NULL,
    demo BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE credentials (
    person_id UUID PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    -- argon2id in PHC form.
    password_hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    -- Over after this, however much it is used.
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_of_person ON sessions (person_id);
CREATE INDEX sessions_ending ON sessions (ends_at);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    -- 32 bytes, Ed25519.
    secret BYTEA NOT NULL,
    -- current: signs. next: published, so that all know it when it begins to sign.
    standing TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_key_of_each_standing ON signing_keys (standing) WHERE standing IN ('current', 'next');

-- What prepstation says about staff and restaurants.
CREATE TABLE memberships (
    person_id UUID NOT NULL,
    restaurant_id UUID NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (person_id, restaurant_id)
);

CREATE TABLE restaurants (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL
);

-- Attempts by hashed subject (account, address, both), never by name.
CREATE TABLE sign_in_attempts (
    subject BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (last_at);

-- From where a person has signed in before (hashed account and address): what strangers do to an
-- account never delays its owner there.
CREATE TABLE known_places (
    subject BYTEA PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    seen_at BIGINT NOT NULL
);
