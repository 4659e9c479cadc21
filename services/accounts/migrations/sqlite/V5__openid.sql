-- Apps that people sign in to with their account here (OpenID Connect), and what came of it.

CREATE TABLE oauth_clients (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    -- By SHA-256 of 256 random bits; nothing for an app that cannot keep a secret.
    secret_hash BLOB,
    -- JSON lists of addresses, compared byte by byte.
    redirect_uris TEXT NOT NULL,
    post_logout_uris TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What a person lets an app see.
CREATE TABLE oauth_consents (
    person_id BLOB NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    -- Personal: what the app may see, as words separated by spaces.
    scopes TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, client_id)
) STRICT;
CREATE INDEX oauth_consents_of_client ON oauth_consents (client_id);

-- One sign-in at an app: its code and all tokens that follow from it end together.
CREATE TABLE oauth_grants (
    id BLOB PRIMARY KEY,
    client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    person_id BLOB NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    -- Personal: may be gone.
    session_id BLOB NOT NULL,
    scopes TEXT NOT NULL,
    -- Personal: how and when the person had proved who they are.
    methods TEXT NOT NULL,
    proved_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX oauth_grants_of_person ON oauth_grants (person_id, client_id);
CREATE INDEX oauth_grants_of_client ON oauth_grants (client_id);
CREATE INDEX oauth_grants_ending ON oauth_grants (ends_at);

CREATE TABLE oauth_codes (
    hash BLOB PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES oauth_grants (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    -- S256 (RFC 7636).
    challenge TEXT NOT NULL,
    nonce TEXT,
    ends_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX oauth_codes_of_grant ON oauth_codes (grant_id);

CREATE TABLE oauth_access_tokens (
    hash BLOB PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES oauth_grants (id) ON DELETE CASCADE,
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX oauth_access_tokens_of_grant ON oauth_access_tokens (grant_id);
CREATE INDEX oauth_access_tokens_ending ON oauth_access_tokens (ends_at);

CREATE TABLE oauth_refresh_tokens (
    hash BLOB PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES oauth_grants (id) ON DELETE CASCADE,
    ends_at INTEGER NOT NULL,
    used_at INTEGER,
    -- With the token itself it makes its successor, so that a lost answer can be given again.
    salt BLOB
) STRICT;
CREATE INDEX oauth_refresh_tokens_of_grant ON oauth_refresh_tokens (grant_id);
CREATE INDEX oauth_refresh_tokens_ending ON oauth_refresh_tokens (ends_at);
