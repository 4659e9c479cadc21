-- Messages of erased people are found by their id.
CREATE INDEX log_by_id ON log (id);
