-- What users have asked for. A user without a row has the defaults.
CREATE TABLE account (
    jid          TEXT PRIMARY KEY,        -- bare
    preferences  TEXT NOT NULL            -- a JSON object; what it does not name has its default
);
