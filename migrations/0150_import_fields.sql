-- The fields of the row here as the last import left them: what an import goes by to tell who changed one since.
ALTER TABLE import_records ADD COLUMN fields TEXT
  CHECK (json_valid(fields) AND json_type(fields) = 'object');
