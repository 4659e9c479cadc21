-- Mails that wait to be sent. A row goes once it was, or after a day.
CREATE TABLE mails (
    id UUID PRIMARY KEY,
    -- Personal: the address.
    recipient TEXT NOT NULL,
    -- Whose account it is about, where that is known already.
    person_id UUID REFERENCES persons (id) ON DELETE CASCADE,
    -- Personal: what it is to tell, as JSON. Links are made when it is sent: the table lets nobody in.
    letter TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX mails_due ON mails (due_at);
CREATE INDEX mails_of_person ON mails (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX known_places_of_person ON known_places (person_id);
