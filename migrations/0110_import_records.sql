-- What came from elsewhere, as it was there, so that an import can be repeated and loses nothing.
CREATE TABLE import_records (
  id TEXT PRIMARY KEY,
  source_system TEXT NOT NULL CHECK (source_system <> ''),
  source_table TEXT NOT NULL CHECK (source_table <> ''),
  source_key TEXT NOT NULL,
  raw TEXT NOT NULL CHECK (json_valid(raw) AND json_type(raw) = 'object'),
  -- The row it became, or NULL where there is none. History: that row may be gone by now.
  target_table TEXT,
  target_id TEXT,
  imported_at TEXT NOT NULL,
  UNIQUE (source_system, source_table, source_key),
  CHECK ((target_table IS NULL) = (target_id IS NULL))
);

CREATE INDEX import_records_by_import ON import_records (imported_at, id);
CREATE INDEX import_records_by_target ON import_records (target_table, target_id, imported_at, id)
  WHERE target_table IS NOT NULL;
