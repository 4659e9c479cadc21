CREATE TABLE restaurants (
    id BLOB PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    story TEXT NOT NULL,
    badge TEXT NOT NULL,
    cuisines TEXT NOT NULL,
    art TEXT,
    plate INTEGER NOT NULL,
    street TEXT NOT NULL,
    postcode TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    phone TEXT NOT NULL,
    currency TEXT NOT NULL,
    hours TEXT NOT NULL,
    pickup INTEGER NOT NULL,
    delivery_radius_m INTEGER,
    delivery_fee INTEGER,
    delivery_minimum INTEGER,
    prep_minutes INTEGER NOT NULL,
    answer_minutes INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE people (
    person_id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT;
CREATE INDEX people_by_email ON people (email);

CREATE TABLE staff (
    id BLOB PRIMARY KEY,
    restaurant_id BLOB NOT NULL REFERENCES restaurants (id),
    person_id BLOB,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (restaurant_id, email)
) STRICT;
CREATE INDEX staff_by_person ON staff (person_id);
CREATE INDEX staff_by_email ON staff (email);

CREATE TABLE menu_drafts (
    restaurant_id BLOB PRIMARY KEY REFERENCES restaurants (id),
    revision INTEGER NOT NULL,
    menu TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB
) STRICT;

CREATE TABLE menus (
    restaurant_id BLOB NOT NULL REFERENCES restaurants (id),
    version INTEGER NOT NULL,
    menu TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB,
    PRIMARY KEY (restaurant_id, version)
) STRICT;

CREATE TABLE availability (
    restaurant_id BLOB PRIMARY KEY REFERENCES restaurants (id),
    paused_until INTEGER,
    pause_reason TEXT NOT NULL,
    busy_extra_minutes INTEGER NOT NULL,
    busy_until INTEGER
) STRICT;

CREATE TABLE off_sale (
    restaurant_id BLOB NOT NULL REFERENCES restaurants (id),
    kind TEXT NOT NULL CHECK (kind IN ('item', 'option')),
    what_id BLOB NOT NULL,
    until INTEGER,
    PRIMARY KEY (restaurant_id, kind, what_id)
) STRICT;
CREATE INDEX off_sale_by_until ON off_sale (until);

CREATE TABLE idempotency (
    person_id BLOB NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, key)
) STRICT;
