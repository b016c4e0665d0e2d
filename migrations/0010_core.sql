CREATE TABLE tickets (
  id TEXT PRIMARY KEY,
  external_id TEXT,
  source TEXT NOT NULL DEFAULT 'manual' CHECK (source <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  description TEXT NOT NULL DEFAULT '',
  acceptance_criteria TEXT NOT NULL DEFAULT '',
  labels TEXT NOT NULL DEFAULT '[]' CHECK (json_type(labels) = 'array'),
  priority TEXT NOT NULL DEFAULT 'medium'
    CHECK (priority IN ('low', 'medium', 'high', 'critical')),
  status TEXT NOT NULL DEFAULT 'backlog'
    CHECK (status IN ('backlog', 'ready', 'in_progress', 'qa_review', 'approved', 'merged', 'rejected')),
  depends_on TEXT NOT NULL DEFAULT '[]' CHECK (json_type(depends_on) = 'array'),
  assigned_agent_id TEXT REFERENCES agents (id) ON DELETE RESTRICT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

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
CREATE INDEX tickets_by_creation ON tickets (created_at, id);
CREATE INDEX tickets_by_update ON tickets (updated_at, id);
CREATE INDEX tickets_by_title ON tickets (title COLLATE NOCASE, id);
CREATE INDEX tickets_with_dependencies ON tickets (id) WHERE depends_on <> '[]';

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  status TEXT NOT NULL DEFAULT 'IDLE'
    CHECK (status IN ('IDLE', 'ASSIGNED', 'BRANCHING', 'DEVELOPING', 'NEEDS_INPUT',
                      'PROVISIONING', 'QA_READY', 'MERGING', 'REWORK', 'ERROR')),
  assigned_ticket_id TEXT REFERENCES tickets (id) ON DELETE RESTRICT,
  assigned_org_alias TEXT REFERENCES scratch_orgs (alias) ON UPDATE CASCADE ON DELETE RESTRICT,
  branch_name TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (status <> 'IDLE' OR assigned_ticket_id IS NULL)
);

CREATE UNIQUE INDEX agents_by_ticket ON agents (assigned_ticket_id)
  WHERE assigned_ticket_id IS NOT NULL;
CREATE UNIQUE INDEX agents_by_org ON agents (assigned_org_alias)
  WHERE assigned_org_alias IS NOT NULL;
CREATE INDEX agents_by_creation ON agents (created_at, id);

CREATE TABLE scratch_orgs (
  id TEXT PRIMARY KEY,
  alias TEXT NOT NULL UNIQUE CHECK (alias <> ''),
  status TEXT NOT NULL DEFAULT 'available'
    CHECK (status IN ('available', 'leased', 'expired', 'error')),
  assigned_agent_id TEXT REFERENCES agents (id) ON DELETE RESTRICT,
  login_url TEXT,
  expires_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK ((status = 'leased') = (assigned_agent_id IS NOT NULL))
);

CREATE UNIQUE INDEX scratch_orgs_by_agent ON scratch_orgs (assigned_agent_id)
  WHERE assigned_agent_id IS NOT NULL;

CREATE TABLE chat_messages (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('agent', 'user', 'system')),
  content TEXT NOT NULL,
  timestamp TEXT NOT NULL
);

CREATE INDEX chat_messages_by_agent ON chat_messages (agent_id, timestamp);

CREATE TABLE ticket_runs (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  -- History: it names the org of that time, which may be gone by now, so it refers to no row.
  org_alias TEXT,
  branch_name TEXT,
  status TEXT NOT NULL DEFAULT 'running'
    CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
  started_at TEXT NOT NULL,
  completed_at TEXT,
  human_intervention_count INTEGER NOT NULL DEFAULT 0 CHECK (human_intervention_count >= 0),
  rework_count INTEGER NOT NULL DEFAULT 0 CHECK (rework_count >= 0),
  prompt_tokens_used INTEGER NOT NULL DEFAULT 0 CHECK (prompt_tokens_used >= 0),
  completion_tokens_used INTEGER NOT NULL DEFAULT 0 CHECK (completion_tokens_used >= 0),
  interventions TEXT NOT NULL DEFAULT '[]' CHECK (json_type(interventions) = 'array'),
  CHECK ((status = 'running') = (completed_at IS NULL))
);

CREATE INDEX ticket_runs_by_start ON ticket_runs (started_at, id);
CREATE INDEX ticket_runs_by_ticket ON ticket_runs (ticket_id, started_at, id);
CREATE INDEX ticket_runs_by_agent ON ticket_runs (agent_id, started_at, id);
CREATE UNIQUE INDEX ticket_runs_running_by_ticket ON ticket_runs (ticket_id)
  WHERE status = 'running';
CREATE UNIQUE INDEX ticket_runs_running_by_agent ON ticket_runs (agent_id)
  WHERE status = 'running';

CREATE TABLE refined_prompts (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL REFERENCES ticket_runs (id) ON DELETE CASCADE,
  prompt_text TEXT NOT NULL,
  created_at TEXT NOT NULL
);

CREATE INDEX refined_prompts_by_creation ON refined_prompts (created_at, id);
CREATE INDEX refined_prompts_by_ticket ON refined_prompts (ticket_id, created_at, id);
CREATE INDEX refined_prompts_by_run ON refined_prompts (run_id, created_at, id);
