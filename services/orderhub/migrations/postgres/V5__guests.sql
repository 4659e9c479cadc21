-- Guests' orders that still know their guest: forgotten when nobody asks for them any more.
CREATE INDEX orders_of_guests ON orders (placed_at) WHERE person_id IS NULL AND contact <> '{"name":"","phone":""}';
