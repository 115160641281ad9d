-- Chat to mail: which header names the recipient. 0 To, 1 Cc, 2 none (Bcc).
ALTER TABLE recipient ADD COLUMN role INTEGER NOT NULL DEFAULT 0;
