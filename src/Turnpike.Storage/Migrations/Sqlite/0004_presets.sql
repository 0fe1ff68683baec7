-- Presets that accounts keep; which version is in force, and what each version said.
CREATE TABLE preset (
  account_id INTEGER NOT NULL,
  slug       TEXT NOT NULL,
  id         TEXT NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, slug)
) WITHOUT ROWID;

CREATE TABLE preset_version (
  account_id    INTEGER NOT NULL,
  slug          TEXT NOT NULL,
  version       INTEGER NOT NULL,
  id            TEXT NOT NULL,
  key_hash      BLOB NOT NULL,                      -- the key that made it
  system_prompt TEXT,
  config        TEXT NOT NULL,                      -- JSON: fields of a chat request
  created_at    INTEGER NOT NULL,
  PRIMARY KEY (account_id, slug, version)
) WITHOUT ROWID;
