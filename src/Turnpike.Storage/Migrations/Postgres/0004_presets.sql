-- Presets that accounts keep; which version is in force, and what each version said.
CREATE TABLE preset (
  account_id BIGINT NOT NULL,
  slug       TEXT COLLATE "C" NOT NULL,
  id         TEXT NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, slug)
);

CREATE TABLE preset_version (
  account_id    BIGINT NOT NULL,
  slug          TEXT COLLATE "C" NOT NULL,
  version       BIGINT NOT NULL,
  id            TEXT NOT NULL,
  key_hash      BYTEA NOT NULL,                     -- the key that made it
  system_prompt TEXT,
  config        TEXT NOT NULL,                      -- JSON: fields of a chat request
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (account_id, slug, version)
);
