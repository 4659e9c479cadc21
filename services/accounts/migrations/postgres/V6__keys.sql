-- Keys that have signed and sign no more: their public halves, for tokens that may still be renewed.

-- previous: published, and its secret is gone.
ALTER TABLE signing_keys ADD COLUMN public BYTEA;
ALTER TABLE signing_keys ADD COLUMN retired_at BIGINT;
