ALTER TABLE api_key ADD COLUMN rescue TEXT;  -- off, error, continue or restart, for streams of this key that break; null for the configuration's
