-- Who is to be forgotten: their orders lose their names as soon as they are over.
CREATE TABLE erased_people (
    person_id BLOB PRIMARY KEY,
    erased_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
