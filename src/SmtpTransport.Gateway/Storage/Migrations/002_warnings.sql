-- What the readers of a mail are told of it, a line for each.
ALTER TABLE mail ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
