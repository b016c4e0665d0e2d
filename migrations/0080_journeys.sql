CREATE TABLE journeys (
  id TEXT PRIMARY KEY,
  input TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'stopped', 'complete', 'error')),
  settings TEXT NOT NULL CHECK (json_valid(settings) AND json_type(settings) = 'object'),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE INDEX journeys_by_creation ON journeys (created_at, id);
CREATE INDEX journeys_by_status ON journeys (status, created_at, id);

CREATE TABLE journey_stages (
  id TEXT NOT NULL UNIQUE,
  journey_id TEXT NOT NULL REFERENCES journeys (id) ON DELETE CASCADE,
  type TEXT NOT NULL CHECK (type IN (
    'discovering', 'chasing', 'solving', 'challenging',
    'questioning', 'searching', 'imagining', 'building'
  )),
  status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'complete', 'error')),
  prompt TEXT,
  result TEXT,
  thinking TEXT,
  created_at TEXT NOT NULL,
  seq INTEGER PRIMARY KEY
);

CREATE INDEX journey_stages_by_journey ON journey_stages (journey_id, created_at, seq);
CREATE INDEX journey_stages_by_status ON journey_stages (status, created_at, seq);
CREATE INDEX journey_stages_by_creation ON journey_stages (created_at, seq);

CREATE TABLE artifacts (
  id TEXT NOT NULL UNIQUE,
  stage_id TEXT NOT NULL REFERENCES journey_stages (id) ON DELETE CASCADE,
  type TEXT NOT NULL CHECK (type IN ('document', 'code', 'visualization', 'mindmap', 'other')),
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  metadata TEXT NOT NULL DEFAULT '{}'
    CHECK (json_valid(metadata) AND json_type(metadata) = 'object'),
  created_at TEXT NOT NULL,
  seq INTEGER PRIMARY KEY
);

CREATE INDEX artifacts_by_stage ON artifacts (stage_id, created_at, seq);
CREATE INDEX artifacts_by_type ON artifacts (type, created_at, seq);
CREATE INDEX artifacts_by_creation ON artifacts (created_at, seq);
