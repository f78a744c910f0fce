-- Kept reports: how far visitors were filled, too. An earlier one is not gone on with.
ALTER TABLE kept_reports ADD COLUMN visitors INTEGER NOT NULL DEFAULT 0;
