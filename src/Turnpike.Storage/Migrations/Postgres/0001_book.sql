-- The same tables as in SQLite, so that one set of queries serves both. Every hot key begins with the account.
-- Instants are whole microseconds since 1970 (UTC); amounts are whole nano-dollars (10^-9 USD); days are ISO texts (UTC).

CREATE TABLE account (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  balance    BIGINT NOT NULL CHECK (balance >= 0),  -- the sum of the account's entries, always
  granted    BIGINT NOT NULL CHECK (granted >= 0),
  used       BIGINT NOT NULL CHECK (used >= 0)
);

CREATE TABLE api_key (
  hash         BYTEA PRIMARY KEY,                     -- SHA-256 of the key's text
  account_id   BIGINT NOT NULL REFERENCES account (id),
  name         TEXT NOT NULL,
  label        TEXT NOT NULL,
  kind         BIGINT NOT NULL,                     -- 0 inference, 1 management
  disabled     BIGINT NOT NULL,
  credit_limit BIGINT,
  reset        BIGINT NOT NULL,                     -- 0 never, 1 daily, 2 weekly, 3 monthly
  include_byok BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT,
  expires_at   BIGINT,
  deleted_at   BIGINT
);
CREATE INDEX api_key_account ON api_key (account_id, created_at);

-- The ledger. Rows are added, never changed. A grant is step 0 of its reference; a hold is step 1 and its end, whatever its kind,
-- is step 2: the key itself forbids a second end.
CREATE TABLE entry (
  account_id BIGINT NOT NULL,
  reference  TEXT COLLATE "C" NOT NULL,                          -- a grant's own reference, or the generation's id
  step       BIGINT NOT NULL,
  kind       BIGINT NOT NULL,                       -- 0 grant, 1 hold, 2 post, 3 void, 4 expire
  amount     BIGINT NOT NULL,                       -- grant +, hold -H, post H - charged, void and expire +H
  at         BIGINT NOT NULL,
  PRIMARY KEY (account_id, reference, step)
);

CREATE FUNCTION refuse_change_of_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'entries are never changed or deleted: book another one'; END $$;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_entries();

-- Holds without an end: what a start after a crash must expire. Follows from entry.
CREATE TABLE open_hold (
  account_id    BIGINT NOT NULL,
  generation_id TEXT COLLATE "C" NOT NULL,
  key_hash      BYTEA NOT NULL,
  amount        BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  lease_until   BIGINT NOT NULL,
  model         TEXT NOT NULL,
  external_user TEXT,
  PRIMARY KEY (account_id, generation_id)
);

-- One answered request. Ids begin with the second of admission, so the primary key is also the order by time.
CREATE TABLE generation (
  account_id              BIGINT NOT NULL,
  id                      TEXT COLLATE "C" NOT NULL,
  key_hash                BYTEA NOT NULL,
  created_at              BIGINT NOT NULL,
  charged                 BIGINT NOT NULL,
  cost                    BIGINT NOT NULL,
  prompt_cost             BIGINT NOT NULL,
  basis                   BIGINT NOT NULL,          -- 0 provider_usage, 1 observed, 2 estimated, 3 none
  streamed                BIGINT NOT NULL,
  cancelled               BIGINT NOT NULL,
  prompt_tokens           BIGINT NOT NULL,
  completion_tokens       BIGINT NOT NULL,
  cached_tokens           BIGINT,
  cache_write_tokens      BIGINT,
  reasoning_tokens        BIGINT,
  prompt_audio_tokens     BIGINT,
  completion_audio_tokens BIGINT,
  completion_image_tokens BIGINT,
  latency_ms              BIGINT,
  generation_ms           BIGINT NOT NULL,
  images_in               BIGINT NOT NULL,
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
);

-- What a key spent on each day (the day of the hold). Windows are sums of days; nothing is ever reset.
CREATE TABLE key_day (
  key_hash BYTEA NOT NULL,
  day      TEXT COLLATE "C" NOT NULL,
  charged  BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  PRIMARY KEY (key_hash, day)
);

-- What was changed beside the journal, for the running server to take over.
CREATE TABLE notice (
  seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id BIGINT NOT NULL,
  key_hash   BYTEA,
  amount     BIGINT
);

-- How far each journal was applied; written in the transaction that applies it.
CREATE TABLE journal (
  id       TEXT PRIMARY KEY,
  sequence BIGINT NOT NULL,
  epoch    BIGINT NOT NULL,
  position BIGINT NOT NULL
);
