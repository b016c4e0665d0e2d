// The schemas that other systems make their databases with, as their documents give them.

export const VIBE_ENSEMBLE_SCHEMA = `
CREATE TABLE IF NOT EXISTS projects (
    repository_name TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    short_description TEXT,
    created_at TEXT NOT NULL DEFAULT (datetime('now')),
    updated_at TEXT NOT NULL DEFAULT (datetime('now'))
);

CREATE TABLE IF NOT EXISTS worker_types (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id TEXT NOT NULL,
    worker_type TEXT NOT NULL,
    short_description TEXT,
    system_prompt TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (datetime('now')),
    updated_at TEXT NOT NULL DEFAULT (datetime('now')),
    FOREIGN KEY (project_id) REFERENCES projects(repository_name) ON DELETE CASCADE,
    UNIQUE(project_id, worker_type)
);

CREATE TABLE IF NOT EXISTS tickets (
    ticket_id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    title TEXT NOT NULL,
    execution_plan TEXT NOT NULL,
    last_completed_stage TEXT NOT NULL DEFAULT 'Planned',
    created_at TEXT NOT NULL DEFAULT (datetime('now')),
    updated_at TEXT NOT NULL DEFAULT (datetime('now')),
    closed_at TEXT NULL,
    FOREIGN KEY (project_id) REFERENCES projects(repository_name) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id TEXT NOT NULL,
    worker_type TEXT,
    worker_id TEXT,
    stage_number INTEGER,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT (datetime('now')),
    FOREIGN KEY (ticket_id) REFERENCES tickets(ticket_id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS workers (
    worker_id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    worker_type TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('spawning', 'active', 'idle', 'finished', 'failed')),
    pid INTEGER,
    queue_name TEXT NOT NULL,
    started_at TEXT NOT NULL DEFAULT (datetime('now')),
    last_activity TEXT NOT NULL DEFAULT (datetime('now')),
    FOREIGN KEY (project_id) REFERENCES projects(repository_name) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_type TEXT NOT NULL CHECK (event_type IN ('ticket_stage_completed', 'worker_stopped')),
    ticket_id TEXT,
    worker_id TEXT,
    stage TEXT,
    reason TEXT,
    created_at TEXT NOT NULL DEFAULT (datetime('now')),
    processed BOOLEAN NOT NULL DEFAULT 0
);
`;

export const PERPETUA_SCHEMA = `
CREATE TABLE IF NOT EXISTS journeys (
  id TEXT PRIMARY KEY,
  input TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN ('running', 'paused', 'stopped', 'complete', 'error')),
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX idx_journeys_status ON journeys(status);
CREATE INDEX idx_journeys_created_at ON journeys(created_at DESC);
CREATE TABLE IF NOT EXISTS stages (
  id TEXT PRIMARY KEY,
  journey_id TEXT NOT NULL,
  type TEXT NOT NULL CHECK(type IN ('discovering', 'chasing', 'solving', 'challenging', 'questioning', 'searching', 'imagining', 'building')),
  status TEXT NOT NULL CHECK(status IN ('pending', 'running', 'complete', 'error')),
  prompt TEXT,
  result TEXT,
  thinking TEXT,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (journey_id) REFERENCES journeys(id) ON DELETE CASCADE
);
CREATE INDEX idx_stages_journey ON stages(journey_id);
CREATE INDEX idx_stages_status ON stages(status);
CREATE INDEX idx_stages_created_at ON stages(created_at DESC);
CREATE TABLE IF NOT EXISTS artifacts (
  id TEXT PRIMARY KEY,
  stage_id TEXT NOT NULL,
  type TEXT NOT NULL CHECK(type IN ('document', 'code', 'visualization', 'mindmap', 'other')),
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  metadata TEXT,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (stage_id) REFERENCES stages(id) ON DELETE CASCADE
);
CREATE INDEX idx_artifacts_stage ON artifacts(stage_id);
CREATE INDEX idx_artifacts_type ON artifacts(type);
CREATE INDEX idx_artifacts_created_at ON artifacts(created_at DESC);
CREATE VIRTUAL TABLE IF NOT EXISTS artifacts_fts USING fts5(
  title,
  content,
  content=artifacts,
  content_rowid=rowid
);
CREATE TRIGGER artifacts_ai AFTER INSERT ON artifacts BEGIN
  INSERT INTO artifacts_fts(rowid, title, content)
  VALUES (new.rowid, new.title, new.content);
END;
CREATE TRIGGER artifacts_ad AFTER DELETE ON artifacts BEGIN
  DELETE FROM artifacts_fts WHERE rowid = old.rowid;
END;
CREATE TRIGGER artifacts_au AFTER UPDATE ON artifacts BEGIN
  UPDATE artifacts_fts
  SET title = new.title, content = new.content
  WHERE rowid = new.rowid;
END;
CREATE TABLE IF NOT EXISTS migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
);
`;

export const DISPATCH_SCHEMA = `
CREATE TABLE epics (
    id TEXT PRIMARY KEY,
    github_id INTEGER,
    github_url TEXT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    acceptance_criteria TEXT,
    repo_path TEXT NOT NULL,
    repo_url TEXT,
    status TEXT NOT NULL DEFAULT 'draft',
    current_stage_id TEXT,
    blocked_at_gate_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    completed_at TEXT,
    FOREIGN KEY (current_stage_id) REFERENCES stages(id),
    FOREIGN KEY (blocked_at_gate_id) REFERENCES gates(id)
);
CREATE INDEX idx_epics_status ON epics(status);
CREATE INDEX idx_epics_repo ON epics(repo_path);
CREATE INDEX idx_epics_github ON epics(github_id);

CREATE TABLE stages (
    id TEXT PRIMARY KEY,
    epic_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    stage_order INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    created_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE CASCADE
);
CREATE INDEX idx_stages_epic ON stages(epic_id);
CREATE INDEX idx_stages_order ON stages(epic_id, stage_order);

CREATE TABLE gates (
    id TEXT PRIMARY KEY,
    stage_id TEXT NOT NULL,
    gate_type TEXT NOT NULL,
    description TEXT NOT NULL,
    required_approvers TEXT,
    status TEXT NOT NULL DEFAULT 'pending',
    approved_by TEXT,
    rejection_reason TEXT,
    created_at TEXT NOT NULL,
    approved_at TEXT,
    FOREIGN KEY (stage_id) REFERENCES stages(id) ON DELETE CASCADE
);
CREATE INDEX idx_gates_stage ON gates(stage_id);
CREATE INDEX idx_gates_status ON gates(status);

CREATE TABLE gate_comments (
    id TEXT PRIMARY KEY,
    gate_id TEXT NOT NULL,
    author TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL,
    FOREIGN KEY (gate_id) REFERENCES gates(id) ON DELETE CASCADE
);
CREATE INDEX idx_gate_comments_gate ON gate_comments(gate_id);

CREATE TABLE issues (
    id TEXT PRIMARY KEY,
    github_id INTEGER,
    github_url TEXT,
    epic_id TEXT,
    stage_id TEXT,
    repo_path TEXT NOT NULL,
    repo_url TEXT,
    worktree_path TEXT,
    branch_name TEXT,
    title TEXT NOT NULL,
    prompt TEXT NOT NULL,
    issue_type TEXT NOT NULL,
    priority TEXT NOT NULL DEFAULT 'medium',
    labels TEXT,
    status TEXT NOT NULL DEFAULT 'unassigned',
    assigned_agent_id TEXT,
    agent_type TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    assigned_at TEXT,
    completed_at TEXT,
    FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE SET NULL,
    FOREIGN KEY (stage_id) REFERENCES stages(id) ON DELETE SET NULL,
    FOREIGN KEY (assigned_agent_id) REFERENCES agents(id) ON DELETE SET NULL
);
CREATE INDEX idx_issues_status ON issues(status);
CREATE INDEX idx_issues_priority ON issues(priority);
CREATE INDEX idx_issues_epic ON issues(epic_id);
CREATE INDEX idx_issues_stage ON issues(stage_id);
CREATE INDEX idx_issues_agent ON issues(assigned_agent_id);
CREATE INDEX idx_issues_github ON issues(github_id);
CREATE INDEX idx_issues_repo ON issues(repo_path);

CREATE TABLE pull_requests (
    id TEXT PRIMARY KEY,
    issue_id TEXT NOT NULL,
    github_number INTEGER NOT NULL,
    github_url TEXT NOT NULL,
    branch TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open',
    checks_passing INTEGER DEFAULT 0,
    review_status TEXT DEFAULT 'pending',
    created_at TEXT NOT NULL,
    merged_at TEXT,
    FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
);
CREATE INDEX idx_prs_issue ON pull_requests(issue_id);
CREATE INDEX idx_prs_status ON pull_requests(status);

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    agent_type TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'idle',
    current_issue_id TEXT,
    worktree_path TEXT,
    process_id INTEGER,
    claude_session_id TEXT,
    started_at TEXT NOT NULL,
    last_heartbeat TEXT NOT NULL,
    completed_at TEXT,
    metrics TEXT,
    FOREIGN KEY (current_issue_id) REFERENCES issues(id) ON DELETE SET NULL
);
CREATE INDEX idx_agents_type ON agents(agent_type);
CREATE INDEX idx_agents_status ON agents(status);
CREATE INDEX idx_agents_issue ON agents(current_issue_id);

CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    proposal_type TEXT NOT NULL,
    proposer_id TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    rationale TEXT NOT NULL,
    related_issue_id TEXT,
    affected_components TEXT,
    options TEXT,
    chosen_option TEXT,
    status TEXT NOT NULL DEFAULT 'open',
    required_voters TEXT,
    threshold TEXT NOT NULL,
    implementation_plan TEXT,
    rollback_plan TEXT,
    execution_result TEXT,
    forced_by TEXT,
    force_reason TEXT,
    vetoed_by TEXT,
    veto_reason TEXT,
    created_at TEXT NOT NULL,
    voting_deadline TEXT,
    resolved_at TEXT,
    executed_at TEXT,
    FOREIGN KEY (proposer_id) REFERENCES agents(id),
    FOREIGN KEY (related_issue_id) REFERENCES issues(id) ON DELETE SET NULL
);
CREATE INDEX idx_proposals_status ON proposals(status);
CREATE INDEX idx_proposals_type ON proposals(proposal_type);
CREATE INDEX idx_proposals_issue ON proposals(related_issue_id);

CREATE TABLE votes (
    id TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL,
    voter_id TEXT NOT NULL,
    voter_type TEXT NOT NULL,
    decision TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    confidence REAL,
    created_at TEXT NOT NULL,
    FOREIGN KEY (proposal_id) REFERENCES proposals(id) ON DELETE CASCADE,
    FOREIGN KEY (voter_id) REFERENCES agents(id)
);
CREATE INDEX idx_votes_proposal ON votes(proposal_id);
CREATE INDEX idx_votes_voter ON votes(voter_id);
CREATE UNIQUE INDEX idx_votes_unique ON votes(proposal_id, voter_id);

CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    proposal_id TEXT,
    issue_id TEXT,
    epic_id TEXT,
    decision_type TEXT NOT NULL,
    description TEXT NOT NULL,
    outcome TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    FOREIGN KEY (proposal_id) REFERENCES proposals(id) ON DELETE SET NULL,
    FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE SET NULL,
    FOREIGN KEY (epic_id) REFERENCES epics(id) ON DELETE SET NULL
);
CREATE INDEX idx_decisions_proposal ON decisions(proposal_id);
CREATE INDEX idx_decisions_issue ON decisions(issue_id);
CREATE INDEX idx_decisions_epic ON decisions(epic_id);
CREATE INDEX idx_decisions_type ON decisions(decision_type);
CREATE INDEX idx_decisions_date ON decisions(created_at);

CREATE TABLE agent_logs (
    id TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL,
    issue_id TEXT,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    context TEXT,
    created_at TEXT NOT NULL,
    FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE,
    FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE SET NULL
);
CREATE INDEX idx_logs_agent ON agent_logs(agent_id);
CREATE INDEX idx_logs_issue ON agent_logs(issue_id);
CREATE INDEX idx_logs_level ON agent_logs(level);
CREATE INDEX idx_logs_date ON agent_logs(created_at);

CREATE TABLE config_store (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE sync_state (
    id TEXT PRIMARY KEY,
    last_sync_at TEXT NOT NULL,
    last_issue_id INTEGER,
    last_pr_id INTEGER,
    etag TEXT,
    sync_errors TEXT
);
`;

export const SWEATSHOP_NATIVE_SCHEMA = `
CREATE TABLE IF NOT EXISTS tickets (
  id TEXT PRIMARY KEY,
  external_id TEXT,
  source TEXT NOT NULL DEFAULT 'manual',
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  acceptance_criteria TEXT NOT NULL DEFAULT '',
  labels TEXT NOT NULL DEFAULT '[]',
  priority TEXT NOT NULL DEFAULT 'medium',
  status TEXT NOT NULL DEFAULT 'backlog',
  depends_on TEXT NOT NULL DEFAULT '[]',
  assigned_agent_id TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'IDLE',
  assigned_ticket_id TEXT,
  assigned_org_alias TEXT,
  branch_name TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS scratch_orgs (
  id TEXT PRIMARY KEY,
  alias TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL DEFAULT 'available',
  assigned_agent_id TEXT,
  login_url TEXT,
  expires_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS chat_messages (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  timestamp TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS ticket_runs (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  org_alias TEXT,
  branch_name TEXT,
  status TEXT NOT NULL DEFAULT 'running',
  started_at TEXT NOT NULL,
  completed_at TEXT,
  human_intervention_count INTEGER NOT NULL DEFAULT 0,
  rework_count INTEGER NOT NULL DEFAULT 0,
  prompt_tokens_used INTEGER NOT NULL DEFAULT 0,
  completion_tokens_used INTEGER NOT NULL DEFAULT 0,
  interventions TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE IF NOT EXISTS refined_prompts (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  prompt_text TEXT NOT NULL,
  created_at TEXT NOT NULL
);
`;
