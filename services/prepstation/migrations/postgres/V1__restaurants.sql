CREATE TABLE restaurants (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    story TEXT NOT NULL,
    badge TEXT NOT NULL,
    cuisines TEXT NOT NULL,
    art TEXT,
    plate BIGINT NOT NULL,
    street TEXT NOT NULL,
    postcode TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    phone TEXT NOT NULL,
    currency TEXT NOT NULL,
    hours TEXT NOT NULL,
    pickup BOOLEAN NOT NULL,
    delivery_radius_m BIGINT,
    delivery_fee BIGINT,
    delivery_minimum BIGINT,
    prep_minutes BIGINT NOT NULL,
    answer_minutes BIGINT NOT NULL,
    listed BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE people (
    person_id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_verified BOOLEAN NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX people_by_email ON people (email);

CREATE TABLE staff (
    id UUID PRIMARY KEY,
    restaurant_id UUID NOT NULL REFERENCES restaurants (id),
    person_id UUID,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (restaurant_id, email)
);
CREATE INDEX staff_by_person ON staff (person_id);
CREATE INDEX staff_by_email ON staff (email);

CREATE TABLE menu_drafts (
    restaurant_id UUID PRIMARY KEY REFERENCES restaurants (id),
    revision BIGINT NOT NULL,
    menu TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by UUID
);

CREATE TABLE menus (
    restaurant_id UUID NOT NULL REFERENCES restaurants (id),
    version BIGINT NOT NULL,
    menu TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by UUID,
    PRIMARY KEY (restaurant_id, version)
);

CREATE TABLE availability (
    restaurant_id UUID PRIMARY KEY REFERENCES restaurants (id),
    paused_until BIGINT,
    pause_reason TEXT NOT NULL,
    busy_extra_minutes BIGINT NOT NULL,
    busy_until BIGINT
);

CREATE TABLE off_sale (
    restaurant_id UUID NOT NULL REFERENCES restaurants (id),
    kind TEXT NOT NULL CHECK (kind IN ('item', 'option')),
    what_id UUID NOT NULL,
    until BIGINT,
    PRIMARY KEY (restaurant_id, kind, what_id)
);
CREATE INDEX off_sale_by_until ON off_sale (until);

CREATE TABLE idempotency (
    person_id UUID NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, key)
);
