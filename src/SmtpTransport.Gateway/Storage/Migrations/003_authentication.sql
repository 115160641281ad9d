-- What the checks on the sender came to when the mail was taken: it is shown, and decides on reports, also hours later.
ALTER TABLE mail ADD COLUMN authentication TEXT NOT NULL DEFAULT '';       -- RFC 8601 Authentication-Results
ALTER TABLE mail ADD COLUMN sender_verified INTEGER NOT NULL DEFAULT 0;    -- 1: a report to the reverse-path reaches its owner
ALTER TABLE mail ADD COLUMN author_standing INTEGER NOT NULL DEFAULT 0;    -- 0 unchecked, 1 verified, 2 unverified, 3 doubtful
