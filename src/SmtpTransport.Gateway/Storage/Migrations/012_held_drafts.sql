-- Whom a draft goes to that is still held: lines that follow join it. NULL for what left at once.
ALTER TABLE mail ADD COLUMN held_key TEXT;
CREATE INDEX mail_held ON mail (held_key) WHERE held_key IS NOT NULL;

-- The line corrects one that had left: then stanza_id names the first version, and this the correction itself.
ALTER TABLE draft_line ADD COLUMN own_id TEXT;
CREATE INDEX draft_line_stanza ON draft_line (stanza_id);
