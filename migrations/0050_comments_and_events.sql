CREATE TABLE comments (
  id TEXT NOT NULL UNIQUE,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  -- A comment without a worker type is a person's.
  worker_type TEXT CHECK (worker_type <> ''),
  worker_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  -- Which step of the execution plan it reports, counted from 1.
  stage_number INTEGER CHECK (stage_number >= 1),
  content TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seq INTEGER PRIMARY KEY
);

CREATE INDEX comments_by_ticket ON comments (ticket_id, created_at, seq);
CREATE INDEX comments_by_worker ON comments (worker_id) WHERE worker_id IS NOT NULL;

-- A queue of what has to be looked at, and the trail of every change of status.
CREATE TABLE events (
  id TEXT NOT NULL UNIQUE,
  event_type TEXT NOT NULL CHECK (event_type IN (
    'ticket_stage_completed', 'worker_stopped', 'worker_stale',
    'status_changed', 'row_changed', 'row_deleted'
  )),
  ticket_id TEXT REFERENCES tickets (id) ON DELETE SET NULL,
  worker_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  stage TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  processed INTEGER NOT NULL DEFAULT 0 CHECK (processed IN (0, 1)),
  processed_at TEXT,
  resolution TEXT,
  -- The row it is about. History: the row may be gone by now, so these refer to none.
  subject TEXT,
  subject_id TEXT,
  actor TEXT NOT NULL DEFAULT 'system' CHECK (actor <> ''),
  -- The fields that changed, as they were and as they became.
  before TEXT CHECK (json_valid(before) AND json_type(before) = 'object'),
  after TEXT CHECK (json_valid(after) AND json_type(after) = 'object'),
  undoes_event_id TEXT REFERENCES events (id) ON DELETE SET NULL,
  seq INTEGER PRIMARY KEY,
  CHECK ((subject IS NULL) = (subject_id IS NULL)),
  CHECK (processed_at IS NULL OR processed = 1)
);

CREATE INDEX events_by_creation ON events (created_at, seq);
CREATE INDEX events_unprocessed ON events (created_at, seq) WHERE processed = 0;
CREATE INDEX events_by_type ON events (event_type, created_at, seq);
CREATE INDEX events_by_ticket ON events (ticket_id, created_at, seq) WHERE ticket_id IS NOT NULL;
CREATE INDEX events_by_worker ON events (worker_id, created_at, seq) WHERE worker_id IS NOT NULL;
CREATE INDEX events_by_subject ON events (subject, subject_id, created_at, seq)
  WHERE subject IS NOT NULL;
CREATE INDEX events_by_actor ON events (actor, created_at, seq);
CREATE UNIQUE INDEX events_by_undone ON events (undoes_event_id) WHERE undoes_event_id IS NOT NULL;

CREATE TABLE pull_requests (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  github_number INTEGER NOT NULL CHECK (github_number > 0),
  github_url TEXT NOT NULL,
  branch TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('draft', 'open', 'merged', 'closed')),
  checks_passing INTEGER NOT NULL DEFAULT 0 CHECK (checks_passing IN (0, 1)),
  review_status TEXT NOT NULL DEFAULT 'pending'
    CHECK (review_status IN ('pending', 'approved', 'changes_requested', 'dismissed')),
  created_at TEXT NOT NULL,
  merged_at TEXT,
  CHECK (merged_at IS NULL OR status = 'merged')
);

CREATE INDEX pull_requests_by_creation ON pull_requests (created_at, id);
CREATE INDEX pull_requests_by_ticket ON pull_requests (ticket_id, created_at, id);
CREATE INDEX pull_requests_by_status ON pull_requests (status, created_at, id);
