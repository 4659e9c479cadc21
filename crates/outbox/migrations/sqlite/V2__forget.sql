-- Events that tell something of a person: the entity that they are about, and whether they are to be
-- forgotten with it, here and by the broker.
ALTER TABLE outbox ADD COLUMN subject TEXT;
ALTER TABLE outbox ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_personal ON outbox (subject) WHERE subject IS NOT NULL;
CREATE INDEX outbox_forgotten ON outbox (sequence) WHERE forgotten;
