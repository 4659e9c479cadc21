-- Keys of programs that work for a restaurant, by hash: the table opens nothing.
CREATE TABLE api_keys (
    id UUID PRIMARY KEY,
    restaurant_id UUID NOT NULL REFERENCES restaurants (id),
    name TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    -- How the key begins, so that its owner knows it again.
    beginning TEXT NOT NULL,
    -- Words such as tickets:read, separated by spaces.
    scopes TEXT NOT NULL,
    -- Personal: who made it.
    created_by UUID,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX api_keys_of_restaurant ON api_keys (restaurant_id, created_at);
