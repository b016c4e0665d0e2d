-- Manual order within a column of the board: a fractional index, compared byte by byte.
ALTER TABLE tickets ADD COLUMN position TEXT NOT NULL DEFAULT 'a0' CHECK (position <> '');

CREATE INDEX tickets_by_position ON tickets (status, position, id);
