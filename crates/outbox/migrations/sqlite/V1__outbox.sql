CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY,
  event_id BLOB NOT NULL,
  topic TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  occurred_at INTEGER NOT NULL,
  published_at INTEGER
) STRICT;
CREATE INDEX outbox_unpublished ON outbox (sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- One row: which relay publishes, and until when nobody else may.
CREATE TABLE outbox_lease (
  name TEXT PRIMARY KEY,
  holder BLOB NOT NULL,
  held_until INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  event_id BLOB NOT NULL,
  handled_at INTEGER NOT NULL,
  PRIMARY KEY (consumer, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_by_time ON inbox (handled_at);

CREATE TABLE dead_letters (
  consumer TEXT NOT NULL,
  event_id BLOB NOT NULL,
  topic TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  buried_at INTEGER NOT NULL,
  replay_requested_at INTEGER,
  PRIMARY KEY (consumer, event_id)
) STRICT;
