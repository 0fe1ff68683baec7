-- Responses that callers asked to be kept, where the operator lets them be. Ids begin with the second of admission: the key is also the order by time.
CREATE TABLE stored_response (
  key_hash   BLOB NOT NULL,
  id         TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  input      TEXT NOT NULL,     -- JSON: all items that it answers
  response   TEXT NOT NULL,     -- JSON: as it was told
  PRIMARY KEY (key_hash, id)
);
CREATE INDEX stored_response_expiry ON stored_response (expires_at);
