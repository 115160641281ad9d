-- What happened to each mail, for queue show: kept with the mail, and for some days after it has gone.
CREATE TABLE mail_event (
    mail_id    TEXT NOT NULL,             -- begins with its time, so that the table grows at its end
    position   INTEGER NOT NULL,
    at         BIGINT NOT NULL,
    step       INTEGER NOT NULL,
    recipient  TEXT NOT NULL,             -- '' for the whole mail
    text       TEXT NOT NULL,
    PRIMARY KEY (mail_id, position)
) WITHOUT ROWID;
