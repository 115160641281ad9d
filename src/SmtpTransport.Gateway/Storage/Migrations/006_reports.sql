-- 1: the sender is told what becomes of the mail: verified, and no machine.
ALTER TABLE mail ADD COLUMN may_report INTEGER NOT NULL DEFAULT 0;

-- What senders are still to be told, collected until one report (RFC 3464) can say it all.
CREATE TABLE owed_report (
    id         INTEGER PRIMARY KEY,
    mail_id    TEXT NOT NULL,
    address    TEXT NOT NULL,
    original   TEXT,                      -- RFC 3461 ORCPT
    action     INTEGER NOT NULL,          -- 0 failed, 1 delayed, 2 relayed
    reply      TEXT NOT NULL,             -- in SMTP's words
    due_at     BIGINT NOT NULL            -- not later, even if some recipients have no fate yet
);

CREATE INDEX owed_report_mail ON owed_report (mail_id);
