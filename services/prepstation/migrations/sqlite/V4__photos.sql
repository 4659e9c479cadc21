-- The restaurant's own picture, as JSON.
ALTER TABLE restaurants ADD COLUMN photo TEXT;

-- Which photos a restaurant has uploaded: a menu may name these alone. The pictures themselves are in
-- the store of uploads.
CREATE TABLE photos (
    restaurant_id BLOB NOT NULL REFERENCES restaurants (id),
    name TEXT NOT NULL,
    widths TEXT NOT NULL,
    height INTEGER NOT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by BLOB,
    PRIMARY KEY (restaurant_id, name)
) STRICT;
