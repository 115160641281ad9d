-- Times are milliseconds since 1970-01-01 UTC. Addresses are text in their normal form.

-- Bodies and queue rows have separate lives: a body goes when no recipient waits for it.
CREATE TABLE body (
    id          INTEGER PRIMARY KEY       -- made of the time, so that orphans show their age
);

-- At most 256 KiB each, written before the transaction that accepts the mail.
CREATE TABLE body_chunk (
    body_id     BIGINT NOT NULL,
    position    INTEGER NOT NULL,
    octets      BLOB NOT NULL,
    PRIMARY KEY (body_id, position)
);

CREATE TABLE mail (
    id            TEXT PRIMARY KEY,
    direction     INTEGER NOT NULL,
    reverse_path  TEXT NOT NULL,          -- '' for <>; chat to mail: the From address
    owner         TEXT NOT NULL,          -- chat to mail: the user's bare JID; else ''
    body_id       BIGINT,                 -- NULL while it is a draft
    message_id    TEXT NOT NULL,
    envelope_id   TEXT,                   -- RFC 3461 ENVID
    return_kind   TEXT,                   -- RFC 3461 RET
    trace         TEXT NOT NULL,          -- our Received line; the bytes stay as received
    received_at   BIGINT NOT NULL
);

CREATE INDEX mail_body ON mail (body_id);

CREATE TABLE recipient (
    id               INTEGER PRIMARY KEY,
    mail_id          TEXT NOT NULL,
    direction        INTEGER NOT NULL,
    address          TEXT NOT NULL,       -- the mail address: RCPT, or the contact's mailbox
    jid              TEXT NOT NULL,       -- mail to chat: the user's bare JID; else ''
    destination      TEXT NOT NULL,       -- domain of the next hop
    original         TEXT,                -- RFC 3461 ORCPT
    notify           INTEGER,             -- RFC 3461 NOTIFY
    state            INTEGER NOT NULL,    -- 0 waiting, 1 taken, 2 failed
    leased           INTEGER NOT NULL,    -- 1: someone works on it; due_at is when the lease ends
    due_at           BIGINT NOT NULL,
    attempts         INTEGER NOT NULL,
    taken_at         BIGINT,
    failing_since    BIGINT,
    delay_told       INTEGER NOT NULL,
    last_error       TEXT,
    fingerprint      BLOB                 -- mail to chat: what the stanza ids are made of
);

-- The claim of the next item reads this index from its start, however many wait behind.
CREATE INDEX recipient_due ON recipient (direction, due_at) WHERE state = 0;
CREATE INDEX recipient_settled ON recipient (state, due_at) WHERE state > 0;
CREATE INDEX recipient_mail ON recipient (mail_id);
CREATE INDEX recipient_untold ON recipient (failing_since) WHERE failing_since IS NOT NULL AND delay_told = 0 AND direction = 1;

-- The accepted messages of a draft, in order: one mail has many stanzas, one stanza many recipients.
CREATE TABLE draft_line (
    mail_id       TEXT NOT NULL,
    position      INTEGER NOT NULL,
    stanza_id     TEXT NOT NULL,
    sender        TEXT NOT NULL,          -- full JID
    addressed     TEXT NOT NULL,          -- contact JID as the user spelled it
    body          TEXT NOT NULL,
    subject       TEXT,
    thread        TEXT,
    reply_to      TEXT,
    wants_receipt INTEGER NOT NULL,
    written_at    BIGINT NOT NULL,
    PRIMARY KEY (mail_id, position)
);

-- What was taken in the last 24 hours, so that a sender's retry does not show twice.
CREATE TABLE taken (
    fingerprint  BLOB PRIMARY KEY,
    at           BIGINT NOT NULL
);

CREATE INDEX taken_at ON taken (at);

-- Which stanza is which mail, both ways: replies, threads, late errors.
CREATE TABLE correspondence (
    owner        TEXT NOT NULL,           -- the user's bare JID
    stanza_id    TEXT NOT NULL,
    mail_id      TEXT NOT NULL,
    message_id   TEXT NOT NULL,
    contact      TEXT NOT NULL,           -- mailbox
    thread       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    refs         TEXT NOT NULL,           -- References of that mail, parted by spaces
    own          INTEGER NOT NULL,        -- 1: the user wrote it
    at           BIGINT NOT NULL,
    PRIMARY KEY (owner, stanza_id)
);

CREATE INDEX correspondence_message ON correspondence (owner, message_id);
CREATE INDEX correspondence_contact ON correspondence (owner, contact, at);
CREATE INDEX correspondence_thread ON correspondence (owner, thread, at);
CREATE INDEX correspondence_at ON correspondence (at);

CREATE TABLE contact (
    owner        TEXT NOT NULL,
    mailbox      TEXT NOT NULL,           -- case-folded: the same contact, however it is spelled
    spelling     TEXT NOT NULL,           -- as the correspondent last wrote it
    form         INTEGER NOT NULL,        -- how the user last wrote the JID: 0 percent, 1 escaped
    name         TEXT NOT NULL,
    heard_at     BIGINT,
    written_at   BIGINT,
    PRIMARY KEY (owner, mailbox)
);

CREATE TABLE subscription (
    owner    TEXT NOT NULL,
    contact  TEXT NOT NULL,               -- JID
    PRIMARY KEY (owner, contact)
);

CREATE TABLE alias (
    alias  TEXT PRIMARY KEY,
    local  TEXT NOT NULL
);

-- Stanzas that tell users what became of their messages: sent at least once, whatever crashes.
CREATE TABLE notice (
    id      INTEGER PRIMARY KEY,
    stanza  TEXT NOT NULL
);

-- Keys that we make once and keep.
CREATE TABLE secret (
    name    TEXT PRIMARY KEY,
    octets  BLOB NOT NULL
);
