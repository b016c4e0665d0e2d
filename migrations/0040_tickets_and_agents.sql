-- Tickets get a number that VACUUM never changes, which a full-text index can refer to.
CREATE TABLE new_tickets (
  id TEXT NOT NULL UNIQUE,
  external_id TEXT,
  source TEXT NOT NULL DEFAULT 'manual' CHECK (source <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  description TEXT NOT NULL DEFAULT '',
  acceptance_criteria TEXT NOT NULL DEFAULT '',
  labels TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(labels) AND json_type(labels) = 'array'),
  priority TEXT NOT NULL DEFAULT 'medium'
    CHECK (priority IN ('low', 'medium', 'high', 'critical')),
  status TEXT NOT NULL DEFAULT 'backlog'
    CHECK (status IN ('backlog', 'ready', 'in_progress', 'qa_review', 'approved', 'merged', 'rejected')),
  depends_on TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(depends_on) AND json_type(depends_on) = 'array'),
  assigned_agent_id TEXT REFERENCES agents (id) ON DELETE RESTRICT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- Manual order within a column of the board: a fractional index, compared byte by byte.
  position TEXT NOT NULL DEFAULT 'a0' CHECK (position <> ''),
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  kind TEXT NOT NULL DEFAULT 'feature'
    CHECK (kind IN ('feature', 'bug', 'docs', 'refactor', 'test', 'security', 'chore')),
  execution_plan TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(execution_plan) AND json_type(execution_plan) = 'array'),
  last_completed_stage TEXT NOT NULL DEFAULT 'Planned' CHECK (last_completed_stage <> ''),
  epic_id TEXT REFERENCES epics (id) ON DELETE SET NULL,
  stage_id TEXT REFERENCES stages (id) ON DELETE SET NULL,
  github_id INTEGER,
  github_url TEXT,
  repo_path TEXT,
  repo_url TEXT,
  worktree_path TEXT,
  branch_name TEXT,
  agent_type TEXT CHECK (agent_type <> ''),
  assigned_at TEXT,
  completed_at TEXT,
  closed_at TEXT,
  archived_at TEXT,
  seq INTEGER PRIMARY KEY
);

INSERT INTO new_tickets (
  id, external_id, source, title, description, acceptance_criteria, labels, priority, status,
  depends_on, assigned_agent_id, created_at, updated_at, position
)
SELECT
  id, external_id, source, title, description, acceptance_criteria, labels, priority, status,
  depends_on, assigned_agent_id, created_at, updated_at, position
FROM tickets ORDER BY rowid;

-- Work that was merged was completed when its last run was, as far as there is one.
UPDATE new_tickets SET completed_at = coalesce(
  (SELECT max(completed_at) FROM ticket_runs WHERE ticket_id = new_tickets.id AND status = 'completed'),
  updated_at
) WHERE status = 'merged';
UPDATE new_tickets SET closed_at = completed_at WHERE status = 'merged';

DROP TABLE tickets;
ALTER TABLE new_tickets RENAME TO tickets;

CREATE UNIQUE INDEX tickets_by_external_id ON tickets (source, external_id)
  WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX tickets_by_agent ON tickets (assigned_agent_id)
  WHERE assigned_agent_id IS NOT NULL;
CREATE INDEX tickets_by_priority ON tickets (
  (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END),
  created_at,
  id
);
CREATE INDEX tickets_by_status ON tickets (
  status,
  (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END),
  created_at,
  id
);
CREATE INDEX tickets_by_position ON tickets (status, position, id);
CREATE INDEX tickets_by_creation ON tickets (created_at, id);
CREATE INDEX tickets_by_update ON tickets (updated_at, id);
CREATE INDEX tickets_by_title ON tickets (title COLLATE NOCASE, id);
CREATE INDEX tickets_with_dependencies ON tickets (id) WHERE depends_on <> '[]';
CREATE INDEX tickets_by_project ON tickets (project_id, status, position, id);
CREATE INDEX tickets_by_epic ON tickets (epic_id, status, position, id) WHERE epic_id IS NOT NULL;
CREATE INDEX tickets_by_stage ON tickets (stage_id, status, position, id) WHERE stage_id IS NOT NULL;
CREATE INDEX tickets_by_github ON tickets (github_id) WHERE github_id IS NOT NULL;
CREATE INDEX tickets_by_repo ON tickets (repo_path, status, position, id) WHERE repo_path IS NOT NULL;

ALTER TABLE agents ADD COLUMN project_id TEXT REFERENCES projects (id) ON DELETE CASCADE;
ALTER TABLE agents ADD COLUMN agent_type TEXT NOT NULL DEFAULT 'coder' CHECK (agent_type <> '');
ALTER TABLE agents ADD COLUMN pid INTEGER CHECK (pid > 0);
ALTER TABLE agents ADD COLUMN port INTEGER CHECK (port BETWEEN 1 AND 65535);
ALTER TABLE agents ADD COLUMN queue_name TEXT;
ALTER TABLE agents ADD COLUMN worktree_path TEXT;
ALTER TABLE agents ADD COLUMN session_id TEXT;
ALTER TABLE agents ADD COLUMN command TEXT;
ALTER TABLE agents ADD COLUMN started_at TEXT;
ALTER TABLE agents ADD COLUMN last_heartbeat_at TEXT;
ALTER TABLE agents ADD COLUMN completed_at TEXT;
ALTER TABLE agents ADD COLUMN metrics TEXT
  CHECK (json_valid(metrics) AND json_type(metrics) = 'object');

CREATE UNIQUE INDEX agents_by_port ON agents (port) WHERE port IS NOT NULL;
CREATE UNIQUE INDEX agents_one_architect ON agents (project_id)
  WHERE agent_type = 'architect' AND project_id IS NOT NULL;
CREATE INDEX agents_by_project ON agents (project_id, created_at, id);
CREATE INDEX agents_by_type ON agents (agent_type, created_at, id);
CREATE INDEX agents_by_status ON agents (status, created_at, id);
CREATE INDEX agents_by_heartbeat ON agents (last_heartbeat_at) WHERE last_heartbeat_at IS NOT NULL;
