-- What each user, and each XMPP domain that is not listed, has sent on a day (days since 1970-01-01 UTC).
CREATE TABLE sent_day (
    day             INTEGER NOT NULL,
    owner           TEXT NOT NULL,
    recipients      INTEGER NOT NULL,
    new_recipients  INTEGER NOT NULL,
    PRIMARY KEY (day, owner)
);
