ALTER TABLE generation ADD COLUMN price_row TEXT;  -- since when the prices that it was billed by are in force
ALTER TABLE generation ADD COLUMN details TEXT;    -- JSON: what only some requests have (plugins, dropped parameters, …)
