-- The files that a line shares, to be fetched when the mail is composed: a JSON array, NULL for none.
ALTER TABLE draft_line ADD COLUMN files TEXT;
