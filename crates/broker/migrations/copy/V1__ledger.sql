-- One row: which copy this is.
CREATE TABLE copy (
  id INTEGER PRIMARY KEY,
  consumer_group TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL
) STRICT;

-- Messages that the target has taken, in the order in which it took them.
CREATE TABLE carried (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT;
