-- More ways to prove who somebody is: passkeys, the codes of an authenticator app, and codes for the
-- day when the phone is gone.

CREATE TABLE passkeys (
    id BLOB PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    -- What the authenticator calls it.
    credential_id BLOB NOT NULL UNIQUE,
    -- Personal: what its owner calls it.
    name TEXT NOT NULL,
    -- The public key, which opens nothing.
    public_key BLOB NOT NULL,
    -- The counter of its signatures and what else an authenticator tells each time.
    state BLOB NOT NULL,
    transports INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- Personal: when it was used last.
    used_at INTEGER
) STRICT;
CREATE INDEX passkeys_of_person ON passkeys (person_id);

CREATE TABLE authenticators (
    person_id BLOB PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    -- Sealed with accounts.sealing_key, where there is one (ADR 14).
    secret BLOB NOT NULL,
    -- The 30 seconds of the last code that was taken: none is taken twice.
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- By hash; one that was used is gone.
CREATE TABLE recovery_codes (
    person_id BLOB NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    PRIMARY KEY (person_id, hash)
) STRICT;
