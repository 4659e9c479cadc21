-- Who has set up a second step gives two proofs before something dangerous: when and how the first was
-- given.
ALTER TABLE sessions ADD COLUMN first_proof_at BIGINT;
-- Words such as those of methods.
ALTER TABLE sessions ADD COLUMN first_proof_by TEXT;
