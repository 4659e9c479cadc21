-- Orders for later: when they are wanted, and when their kitchen is asked. A scheduled order keeps
-- its code, so that it has it still when it is released.
ALTER TABLE orders ADD COLUMN due_at BIGINT;
ALTER TABLE orders ADD COLUMN release_at BIGINT;
CREATE INDEX orders_release ON orders (release_at) WHERE state = 'scheduled';
DROP INDEX orders_open_code;
CREATE UNIQUE INDEX orders_open_code ON orders (restaurant_id, code)
    WHERE state IN ('scheduled', 'placed', 'accepted', 'preparing', 'ready');
