-- ID tokens signed with RS256, for apps whose library reads nothing else. A table of its own, so that
-- a replica of the version before, which knows Ed25519 alone, still reads its keys.

-- Empty until the first app needs it.
CREATE TABLE rsa_keys (
    kid TEXT PRIMARY KEY,
    -- PKCS #8. Empty once it signs no more.
    secret BYTEA NOT NULL,
    -- Big-endian. The public exponent is 65537.
    modulus BYTEA NOT NULL,
    -- current, next or previous, as in signing_keys.
    standing TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE UNIQUE INDEX one_rsa_key_of_each_standing ON rsa_keys (standing) WHERE standing IN ('current', 'next');

-- How the app's ID tokens are signed: RS256 or EdDSA. Apps that are here already read EdDSA.
ALTER TABLE oauth_clients ADD COLUMN id_token_signed_response_alg TEXT NOT NULL DEFAULT 'EdDSA';
