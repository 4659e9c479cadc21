-- The board also shows what is wanted later.
DROP INDEX tickets_open;
CREATE INDEX tickets_open ON tickets (restaurant_id, state)
    WHERE state IN ('scheduled', 'new', 'acknowledged', 'accepted', 'preparing', 'ready');
