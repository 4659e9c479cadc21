-- Who is to be forgotten: their orders lose their names as soon as they are over.
CREATE TABLE erased_people (
    person_id UUID PRIMARY KEY,
    erased_at BIGINT NOT NULL
);
