-- What prepstation said last of each restaurant. A part that was not heard yet is NULL.
CREATE TABLE restaurants (
    restaurant_id BLOB PRIMARY KEY,
    profile TEXT,
    profile_version INTEGER NOT NULL DEFAULT -1,
    availability TEXT,
    availability_version INTEGER NOT NULL DEFAULT -1,
    menu TEXT,
    menu_version INTEGER NOT NULL DEFAULT -1,
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX restaurants_by_change ON restaurants (changed_at);

-- What was 86'd or put back, per thing; what is back stays, so that older news of it is known as old.
CREATE TABLE sale_states (
    restaurant_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    thing_id BLOB NOT NULL,
    available INTEGER NOT NULL,
    until_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (restaurant_id, kind, thing_id)
) STRICT;

CREATE TABLE carts (
    cart_id BLOB PRIMARY KEY,
    restaurant_id BLOB NOT NULL,
    lines TEXT NOT NULL,
    seen_keys TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX carts_by_expiry ON carts (expires_at);

-- The owner is a browser's cart id or a person's id.
CREATE TABLE favourites (
    owner_id BLOB NOT NULL,
    restaurant_id BLOB NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (owner_id, restaurant_id)
) STRICT;
