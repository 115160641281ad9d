-- What a client says of a line beside its text: how it is laid out, what it answers, who writes, and what is wished of the reader.
ALTER TABLE draft_line ADD COLUMN unstyled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft_line ADD COLUMN layout TEXT;                              -- one element of HTML, made by us
ALTER TABLE draft_line ADD COLUMN quoted TEXT;                              -- of the message that the line answers
ALTER TABLE draft_line ADD COLUMN nick TEXT;
ALTER TABLE draft_line ADD COLUMN markable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft_line ADD COLUMN is_reaction INTEGER NOT NULL DEFAULT 0;   -- the body is emoji, on the message that reply_to names

-- 1: has sent a reaction (RFC 9078), and so understands them.
ALTER TABLE contact ADD COLUMN reacts INTEGER NOT NULL DEFAULT 0;

-- Of a mail of the user to several: the mailboxes beside contact, parted by line ends.
ALTER TABLE correspondence ADD COLUMN others TEXT NOT NULL DEFAULT '';

-- Who waits to hear that the mail was displayed (RFC 8098); NULL when nobody does, or has heard it.
ALTER TABLE correspondence ADD COLUMN receipt_to TEXT;
CREATE INDEX correspondence_receipt ON correspondence (owner, contact, at) WHERE receipt_to IS NOT NULL;
