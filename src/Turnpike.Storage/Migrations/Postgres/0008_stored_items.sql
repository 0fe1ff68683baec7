-- Where items of stored responses are, by their ids: in the response that was stored last of those that have them.
CREATE TABLE stored_item (
  key_hash    BYTEA NOT NULL,
  id          TEXT COLLATE "C" NOT NULL,
  response_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (key_hash, id),
  FOREIGN KEY (key_hash, response_id) REFERENCES stored_response (key_hash, id) ON DELETE CASCADE
);
CREATE INDEX stored_item_response ON stored_item (key_hash, response_id);
ALTER TABLE api_key ADD COLUMN keeps_responses BIGINT NOT NULL DEFAULT 0;  -- 1: also those to requests that do not say 'store'
