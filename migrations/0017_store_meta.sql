-- What ties this file to its redo log: whose log it is, and which commit the file holds last. One row, made by the
-- program right after this migration, because its identity is random.
CREATE TABLE _sw_meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  db_uuid TEXT NOT NULL,
  last_seq INTEGER NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  changed_at TEXT
);
