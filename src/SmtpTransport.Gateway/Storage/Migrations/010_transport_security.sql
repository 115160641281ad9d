-- MTA-STS policies of the domains that we send to (RFC 8461), as fetched.
CREATE TABLE sts_policy (
    domain      TEXT PRIMARY KEY,
    id          TEXT NOT NULL,            -- of the TXT record that announced it
    policy      TEXT NOT NULL,
    fetched_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE INDEX sts_policy_expires ON sts_policy (expires_at);

-- REQUIRETLS (RFC 8689): whatever is said about this mail later is bound to it too.
ALTER TABLE mail ADD COLUMN require_tls INTEGER NOT NULL DEFAULT 0;
