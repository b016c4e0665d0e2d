-- What one call of a person or program changed belongs together and is taken back together.
ALTER TABLE events ADD COLUMN change_id TEXT;

CREATE INDEX events_by_change ON events (change_id, seq) WHERE change_id IS NOT NULL;
