CREATE TABLE agent_logs (
  id TEXT NOT NULL UNIQUE,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  ticket_id TEXT REFERENCES tickets (id) ON DELETE SET NULL,
  level TEXT NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message TEXT NOT NULL,
  context TEXT CHECK (json_valid(context) AND json_type(context) = 'object'),
  created_at TEXT NOT NULL,
  seq INTEGER PRIMARY KEY
);

CREATE INDEX agent_logs_by_creation ON agent_logs (created_at, seq);
CREATE INDEX agent_logs_by_agent ON agent_logs (agent_id, created_at, seq);
CREATE INDEX agent_logs_by_ticket ON agent_logs (ticket_id, created_at, seq)
  WHERE ticket_id IS NOT NULL;
CREATE INDEX agent_logs_by_level ON agent_logs (level, created_at, seq);

CREATE TABLE config_store (
  key TEXT PRIMARY KEY CHECK (key <> ''),
  value TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE TABLE sync_state (
  id TEXT PRIMARY KEY CHECK (id <> ''),
  last_sync_at TEXT NOT NULL,
  last_issue_id INTEGER,
  last_pr_id INTEGER,
  etag TEXT,
  sync_errors TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(sync_errors) AND json_type(sync_errors) = 'array')
);
