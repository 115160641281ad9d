-- The mails that left, for the bounces that may come back: as long as their return paths are good. Written before the first attempt.
CREATE TABLE sent_line (
    mail_id       TEXT NOT NULL,
    position      INTEGER NOT NULL,
    stanza_id     TEXT NOT NULL,
    sender        TEXT NOT NULL,          -- full JID
    addressed     TEXT NOT NULL,          -- contact JID as the user spelled it
    wants_receipt INTEGER NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (mail_id, position)
);

CREATE INDEX sent_line_at ON sent_line (at);

CREATE TABLE sent_recipient (
    mail_id  TEXT NOT NULL,
    address  TEXT NOT NULL,
    told     INTEGER NOT NULL,            -- 0 nothing, 1 that it is delayed, 2 that it failed
    at       BIGINT NOT NULL,
    PRIMARY KEY (mail_id, address)
);

CREATE INDEX sent_recipient_at ON sent_recipient (at);
