-- Who a person is at other providers.

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    -- Personal: the person's name at the issuer, which never changes there.
    subject TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    -- Personal: the address there when it was linked, to recognise it by. Empty: not told.
    email TEXT NOT NULL,
    linked_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX identities_of_person ON identities (person_id);
