-- The claim reads past what waits for destinations that have enough: without a look at the rows themselves.
DROP INDEX recipient_due;
CREATE INDEX recipient_due ON recipient (direction, due_at, destination, mail_id) WHERE state = 0;
