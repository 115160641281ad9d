-- The header of a mail whose octets have gone, while a refusal may still come from another server and be reported.
ALTER TABLE mail ADD COLUMN header BLOB;
