-- The id of the correction that a line's text is from: clients correct that one, though they should name the first version again.
ALTER TABLE draft_line ADD COLUMN latest_id TEXT;
CREATE INDEX draft_line_latest ON draft_line (latest_id) WHERE latest_id IS NOT NULL;
