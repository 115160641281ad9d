-- Addresses on the web under which a mail, or one file of it, can be fetched. The mail and its body live as long as one of them is good.
CREATE TABLE link (
    token       TEXT PRIMARY KEY,
    mail_id     TEXT NOT NULL,
    owner       TEXT NOT NULL,            -- the user's bare JID
    part        INTEGER NOT NULL,         -- 0 the whole mail, n the n-th file of it
    expires_at  BIGINT NOT NULL,
    revoked     INTEGER NOT NULL          -- 1: stays so, whatever is sent again
) WITHOUT ROWID;

CREATE INDEX link_mail ON link (mail_id) WHERE revoked = 0;
CREATE INDEX link_expires ON link (expires_at);
