ALTER TABLE account ADD COLUMN provider_defaults TEXT;  -- JSON: a provider object that holds for every request of the account
ALTER TABLE api_key ADD COLUMN provider_defaults TEXT;  -- JSON: the same for every request of the key
