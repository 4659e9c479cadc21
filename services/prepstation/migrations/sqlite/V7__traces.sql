-- The step of a trace that made a ticket what it is: a frame of any replica names it.
ALTER TABLE tickets ADD COLUMN traceparent TEXT;
