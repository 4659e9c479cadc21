-- AUTOINCREMENT: a position is never used twice, even when the whole log has been trimmed away.
CREATE TABLE log (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX log_by_topic ON log (topic, position);
CREATE INDEX log_by_time ON log (at);

-- Up to where a group has taken a topic out of the log.
CREATE TABLE cursors (
  consumer_group TEXT NOT NULL,
  topic TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (consumer_group, topic)
) STRICT, WITHOUT ROWID;

-- A key with pending messages. One consumer at a time has it: until `due` nobody else gets it,
-- be it in flight or waiting for a retry. `token` tells one delivery of the key from the next.
CREATE TABLE lanes (
  consumer_group TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  due INTEGER NOT NULL,
  token INTEGER NOT NULL,
  PRIMARY KEY (consumer_group, topic, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX lanes_by_due ON lanes (consumer_group, topic, due);

-- Taken out of the log and not acknowledged. `token` is that of the lane's delivery which
-- contained the message, 0 before the first.
CREATE TABLE pending (
  consumer_group TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  token INTEGER NOT NULL,
  PRIMARY KEY (consumer_group, topic, key, position)
) STRICT, WITHOUT ROWID;
