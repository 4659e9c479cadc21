-- The restaurant's own picture, as JSON.
ALTER TABLE restaurants ADD COLUMN photo TEXT;

-- Which photos a restaurant has uploaded: a menu may name these alone. The pictures themselves are in
-- the store of uploads.
CREATE TABLE photos (
    restaurant_id UUID NOT NULL REFERENCES restaurants (id),
    name TEXT NOT NULL,
    widths TEXT NOT NULL,
    height BIGINT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    uploaded_by UUID,
    PRIMARY KEY (restaurant_id, name)
);
