-- Whose rows are those that know nobody by number; and an index for whatever is looked for by age.

-- Personal: the address as it is compared (persons.email_key), so that the mails to somebody who is
-- forgotten go, too.
ALTER TABLE mails ADD COLUMN recipient_key TEXT NOT NULL DEFAULT '';
UPDATE mails SET recipient_key = LOWER(TRIM(recipient));
CREATE INDEX mails_of_recipient ON mails (recipient_key);

-- Personal: the same of whoever it is about, where their number is not known.
ALTER TABLE one_time_secrets ADD COLUMN email_key TEXT;
CREATE INDEX one_time_secrets_of_address ON one_time_secrets (email_key) WHERE email_key IS NOT NULL;

-- The sign-in page of the demo asks for its people at each showing.
CREATE INDEX persons_of_demo ON persons (email) WHERE demo;

CREATE INDEX sessions_by_use ON sessions (used_at);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX known_places_by_age ON known_places (seen_at);
CREATE INDEX oauth_codes_ending ON oauth_codes (ends_at) WHERE used_at IS NULL;
CREATE INDEX oauth_grants_ended ON oauth_grants (ended_at) WHERE ended_at IS NOT NULL;
