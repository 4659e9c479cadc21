-- Whether somebody was asked to join and has not said yes: until then nothing tells whether there is
-- an account at the address.
ALTER TABLE staff ADD COLUMN asked BOOLEAN NOT NULL DEFAULT FALSE;
