-- The sender's own Message-ID, where a provider gave the mail another one on its way: answers may name either.
ALTER TABLE correspondence ADD COLUMN original_id TEXT;

CREATE INDEX correspondence_original ON correspondence (owner, original_id) WHERE original_id IS NOT NULL;
