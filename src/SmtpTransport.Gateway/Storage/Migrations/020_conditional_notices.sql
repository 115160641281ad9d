-- A full JID: the notice goes out only when that client has left, and so has not got what was sent to it alone.
ALTER TABLE notice ADD COLUMN unless_online TEXT;
