CREATE TABLE epics (
  id TEXT PRIMARY KEY,
  github_id INTEGER,
  github_url TEXT,
  title TEXT NOT NULL CHECK (title <> ''),
  description TEXT NOT NULL DEFAULT '',
  acceptance_criteria TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(acceptance_criteria) AND json_type(acceptance_criteria) = 'array'),
  repo_path TEXT NOT NULL DEFAULT '',
  repo_url TEXT,
  status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'ready', 'in_progress', 'awaiting_gate', 'completed', 'cancelled')),
  current_stage_id TEXT REFERENCES stages (id) ON DELETE SET NULL,
  blocked_at_gate_id TEXT REFERENCES gates (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  completed_at TEXT
);

CREATE INDEX epics_by_creation ON epics (created_at, id);
CREATE INDEX epics_by_status ON epics (status, created_at, id);
CREATE INDEX epics_by_repo ON epics (repo_path, created_at, id);
CREATE INDEX epics_by_github ON epics (github_id) WHERE github_id IS NOT NULL;
CREATE INDEX epics_by_current_stage ON epics (current_stage_id) WHERE current_stage_id IS NOT NULL;
CREATE INDEX epics_by_gate ON epics (blocked_at_gate_id) WHERE blocked_at_gate_id IS NOT NULL;

CREATE TABLE stages (
  id TEXT PRIMARY KEY,
  epic_id TEXT NOT NULL REFERENCES epics (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (name <> ''),
  description TEXT,
  stage_order INTEGER NOT NULL CHECK (stage_order >= 0),
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'in_progress', 'awaiting_gate', 'approved', 'skipped')),
  created_at TEXT NOT NULL,
  started_at TEXT,
  completed_at TEXT
);

CREATE INDEX stages_by_epic ON stages (epic_id, stage_order, id);

CREATE TABLE gates (
  id TEXT PRIMARY KEY,
  stage_id TEXT NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
  gate_type TEXT NOT NULL CHECK (gate_type IN ('approval', 'review', 'checkpoint', 'decision')),
  description TEXT NOT NULL,
  -- Who may approve; NULL means anyone.
  required_approvers TEXT
    CHECK (json_valid(required_approvers) AND json_type(required_approvers) = 'array'),
  approvals_needed INTEGER NOT NULL DEFAULT 1 CHECK (approvals_needed >= 1),
  status TEXT NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'approved', 'rejected', 'skipped')),
  approved_by TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(approved_by) AND json_type(approved_by) = 'array'),
  rejection_reason TEXT,
  created_at TEXT NOT NULL,
  approved_at TEXT,
  CHECK (status <> 'rejected' OR coalesce(rejection_reason, '') <> '')
);

CREATE INDEX gates_by_stage ON gates (stage_id, created_at, id);
CREATE INDEX gates_by_status ON gates (status, created_at, id);

CREATE TABLE gate_comments (
  id TEXT NOT NULL UNIQUE,
  gate_id TEXT NOT NULL REFERENCES gates (id) ON DELETE CASCADE,
  author TEXT NOT NULL CHECK (author <> ''),
  content TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- The order in which rows were added, for those of one millisecond.
  seq INTEGER PRIMARY KEY
);

CREATE INDEX gate_comments_by_gate ON gate_comments (gate_id, created_at, seq);
