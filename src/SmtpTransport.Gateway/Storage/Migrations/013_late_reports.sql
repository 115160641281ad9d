-- Of what the XMPP server took: until when a refusal that comes late is reported. Then the state is 3 (taken, without octets).
ALTER TABLE recipient ADD COLUMN report_until BIGINT;
