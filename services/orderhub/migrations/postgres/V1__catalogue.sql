-- What prepstation said last of each restaurant. A part that was not heard yet is NULL.
CREATE TABLE restaurants (
    restaurant_id UUID PRIMARY KEY,
    profile TEXT,
    profile_version BIGINT NOT NULL DEFAULT -1,
    availability TEXT,
    availability_version BIGINT NOT NULL DEFAULT -1,
    menu TEXT,
    menu_version BIGINT NOT NULL DEFAULT -1,
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX restaurants_by_change ON restaurants (changed_at);

-- What was 86'd or put back, per thing; what is back stays, so that older news of it is known as old.
CREATE TABLE sale_states (
    restaurant_id UUID NOT NULL,
    kind TEXT NOT NULL,
    thing_id UUID NOT NULL,
    available BOOLEAN NOT NULL,
    until_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (restaurant_id, kind, thing_id)
);

CREATE TABLE carts (
    cart_id UUID PRIMARY KEY,
    restaurant_id UUID NOT NULL,
    lines TEXT NOT NULL,
    seen_keys TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX carts_by_expiry ON carts (expires_at);

-- The owner is a browser's cart id or a person's id.
CREATE TABLE favourites (
    owner_id UUID NOT NULL,
    restaurant_id UUID NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, restaurant_id)
);
