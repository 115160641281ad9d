-- Of a mail from SMTP: 0 the mail itself, else a file of it that goes as a message of its own once the text has been taken.
ALTER TABLE recipient ADD COLUMN part INTEGER NOT NULL DEFAULT 0;

-- 1: an operator has stopped the file; it stays until its reader has been told.
ALTER TABLE recipient ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0;

ALTER TABLE correspondence ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
