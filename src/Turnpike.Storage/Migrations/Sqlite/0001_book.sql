-- Instants are whole microseconds since 1970 (UTC); amounts are whole nano-dollars (10^-9 USD); days are ISO texts (UTC).

CREATE TABLE account (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  balance    INTEGER NOT NULL CHECK (balance >= 0),  -- the sum of the account's entries, always
  granted    INTEGER NOT NULL CHECK (granted >= 0),
  used       INTEGER NOT NULL CHECK (used >= 0)
);

CREATE TABLE api_key (
  hash         BLOB PRIMARY KEY,                     -- SHA-256 of the key's text
  account_id   INTEGER NOT NULL REFERENCES account (id),
  name         TEXT NOT NULL,
  label        TEXT NOT NULL,
  kind         INTEGER NOT NULL,                     -- 0 inference, 1 management
  disabled     INTEGER NOT NULL,
  credit_limit INTEGER,
  reset        INTEGER NOT NULL,                     -- 0 never, 1 daily, 2 weekly, 3 monthly
  include_byok INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER,
  expires_at   INTEGER,
  deleted_at   INTEGER
) WITHOUT ROWID;
CREATE INDEX api_key_account ON api_key (account_id, created_at);

-- The ledger. Rows are added, never changed. A grant is step 0 of its reference; a hold is step 1 and its end, whatever its kind,
-- is step 2: the key itself forbids a second end.
CREATE TABLE entry (
  account_id INTEGER NOT NULL,
  reference  TEXT NOT NULL,                          -- a grant's own reference, or the generation's id
  step       INTEGER NOT NULL,
  kind       INTEGER NOT NULL,                       -- 0 grant, 1 hold, 2 post, 3 void, 4 expire
  amount     INTEGER NOT NULL,                       -- grant +, hold -H, post H - charged, void and expire +H
  at         INTEGER NOT NULL,
  PRIMARY KEY (account_id, reference, step)
) WITHOUT ROWID;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never changed: book another one'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never deleted: book another one'); END;

-- Holds without an end: what a start after a crash must expire. Follows from entry.
CREATE TABLE open_hold (
  account_id    INTEGER NOT NULL,
  generation_id TEXT NOT NULL,
  key_hash      BLOB NOT NULL,
  amount        INTEGER NOT NULL,
  at            INTEGER NOT NULL,
  lease_until   INTEGER NOT NULL,
  model         TEXT NOT NULL,
  external_user TEXT,
  PRIMARY KEY (account_id, generation_id)
) WITHOUT ROWID;

-- One answered request. Ids begin with the second of admission, so the primary key is also the order by time.
CREATE TABLE generation (
  account_id              INTEGER NOT NULL,
  id                      TEXT NOT NULL,
  key_hash                BLOB NOT NULL,
  created_at              INTEGER NOT NULL,
  charged                 INTEGER NOT NULL,
  cost                    INTEGER NOT NULL,
  prompt_cost             INTEGER NOT NULL,
  basis                   INTEGER NOT NULL,          -- 0 provider_usage, 1 observed, 2 estimated, 3 none
  streamed                INTEGER NOT NULL,
  cancelled               INTEGER NOT NULL,
  prompt_tokens           INTEGER NOT NULL,
  completion_tokens       INTEGER NOT NULL,
  cached_tokens           INTEGER,
  cache_write_tokens      INTEGER,
  reasoning_tokens        INTEGER,
  prompt_audio_tokens     INTEGER,
  completion_audio_tokens INTEGER,
  completion_image_tokens INTEGER,
  latency_ms              INTEGER,
  generation_ms           INTEGER NOT NULL,
  images_in               INTEGER NOT NULL,
  model                   TEXT NOT NULL,
  provider_name           TEXT,
  endpoint_id             TEXT,
  api_type                TEXT NOT NULL,
  finish_reason           TEXT,
  native_finish_reason    TEXT,
  upstream_id             TEXT,
  service_tier            TEXT,
  external_user           TEXT,
  session_id              TEXT,
  http_referer            TEXT,
  app_title               TEXT,
  user_agent              TEXT,
  request_id              TEXT,
  error_type              TEXT,
  attempts                TEXT,                      -- JSON
  PRIMARY KEY (account_id, id)
) WITHOUT ROWID;

-- What a key spent on each day (the day of the hold). Windows are sums of days; nothing is ever reset.
CREATE TABLE key_day (
  key_hash BLOB NOT NULL,
  day      TEXT NOT NULL,
  charged  INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (key_hash, day)
) WITHOUT ROWID;

-- What was changed beside the journal, for the running server to take over.
CREATE TABLE notice (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  key_hash   BLOB,
  amount     INTEGER
);

-- How far each journal was applied; written in the transaction that applies it.
CREATE TABLE journal (
  id       TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  epoch    INTEGER NOT NULL,
  position INTEGER NOT NULL
) WITHOUT ROWID;
