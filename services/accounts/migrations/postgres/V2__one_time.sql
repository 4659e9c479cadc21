-- How a session was opened and from where, and secrets that open one thing once.

-- Words such as password or passkey, separated by spaces.
ALTER TABLE sessions ADD COLUMN methods TEXT NOT NULL DEFAULT 'password';
-- Personal: the network that it was opened from.
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';
-- When its person proved last that it is them; nothing: when it was opened.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT;

-- Links in mails and steps between two pages, by hash: the table lets nobody in.
CREATE TABLE one_time_secrets (
    hash BYTEA PRIMARY KEY,
    purpose TEXT NOT NULL,
    person_id UUID REFERENCES persons (id) ON DELETE CASCADE,
    -- Personal: what the purpose needs, as JSON.
    data TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX one_time_secrets_of_person ON one_time_secrets (person_id, purpose) WHERE person_id IS NOT NULL;
CREATE INDEX one_time_secrets_ending ON one_time_secrets (ends_at);
