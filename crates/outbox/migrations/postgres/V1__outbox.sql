CREATE TABLE outbox (
  sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id UUID NOT NULL,
  topic TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BYTEA NOT NULL,
  occurred_at BIGINT NOT NULL,
  published_at BIGINT
);
CREATE INDEX outbox_unpublished ON outbox (sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- One row: which relay publishes, and until when nobody else may.
CREATE TABLE outbox_lease (
  name TEXT PRIMARY KEY,
  holder UUID NOT NULL,
  held_until BIGINT NOT NULL
);

CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  event_id UUID NOT NULL,
  handled_at BIGINT NOT NULL,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_by_time ON inbox (handled_at);

CREATE TABLE dead_letters (
  consumer TEXT NOT NULL,
  event_id UUID NOT NULL,
  topic TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BYTEA NOT NULL,
  reason TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  buried_at BIGINT NOT NULL,
  replay_requested_at BIGINT,
  PRIMARY KEY (consumer, event_id)
);
