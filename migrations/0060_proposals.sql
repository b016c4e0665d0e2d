CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  proposal_type TEXT NOT NULL CHECK (proposal_type IN (
    'implementation_approach', 'tech_stack_choice', 'architecture_decision', 'new_agent_type',
    'workflow_change', 'governance_rule', 'tool_integration', 'prompt_improvement'
  )),
  proposer_id TEXT NOT NULL REFERENCES agents (id) ON DELETE RESTRICT,
  title TEXT NOT NULL CHECK (title <> ''),
  description TEXT NOT NULL,
  rationale TEXT NOT NULL,
  related_ticket_id TEXT REFERENCES tickets (id) ON DELETE SET NULL,
  affected_components TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(affected_components) AND json_type(affected_components) = 'array'),
  options TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(options) AND json_type(options) = 'array'),
  chosen_option TEXT,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN (
    'open', 'voting', 'approved', 'rejected', 'executing', 'executed', 'rolled_back', 'vetoed'
  )),
  -- Types of the agents whose votes must be in before there is an outcome.
  required_voters TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(required_voters) AND json_type(required_voters) = 'array'),
  threshold TEXT NOT NULL CHECK (threshold IN (
    'unanimous', 'super_majority', 'simple_majority', 'single_approval'
  )),
  implementation_plan TEXT,
  rollback_plan TEXT,
  execution_result TEXT
    CHECK (json_valid(execution_result) AND json_type(execution_result) = 'object'),
  forced_by TEXT,
  force_reason TEXT,
  vetoed_by TEXT,
  veto_reason TEXT,
  created_at TEXT NOT NULL,
  voting_deadline TEXT,
  resolved_at TEXT,
  executed_at TEXT,
  CHECK (forced_by IS NULL OR coalesce(force_reason, '') <> ''),
  CHECK (vetoed_by IS NULL OR coalesce(veto_reason, '') <> '')
);

CREATE INDEX proposals_by_creation ON proposals (created_at, id);
CREATE INDEX proposals_by_status ON proposals (status, created_at, id);
CREATE INDEX proposals_by_type ON proposals (proposal_type, created_at, id);
CREATE INDEX proposals_by_ticket ON proposals (related_ticket_id, created_at, id)
  WHERE related_ticket_id IS NOT NULL;
CREATE INDEX proposals_by_proposer ON proposals (proposer_id, created_at, id);

CREATE TABLE votes (
  id TEXT PRIMARY KEY,
  proposal_id TEXT NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
  voter_id TEXT NOT NULL REFERENCES agents (id) ON DELETE RESTRICT,
  -- The type of the agent at the time of its vote.
  voter_type TEXT NOT NULL CHECK (voter_type <> ''),
  decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject', 'abstain', 'need_more_info')),
  reasoning TEXT NOT NULL,
  confidence REAL CHECK (confidence BETWEEN 0 AND 1),
  created_at TEXT NOT NULL
);

CREATE UNIQUE INDEX votes_one_per_voter ON votes (proposal_id, voter_id);
CREATE INDEX votes_by_proposal ON votes (proposal_id, created_at, id);
CREATE INDEX votes_by_voter ON votes (voter_id, created_at, id);

CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  proposal_id TEXT REFERENCES proposals (id) ON DELETE SET NULL,
  ticket_id TEXT REFERENCES tickets (id) ON DELETE SET NULL,
  epic_id TEXT REFERENCES epics (id) ON DELETE SET NULL,
  decision_type TEXT NOT NULL CHECK (decision_type IN (
    'proposal_approved', 'proposal_rejected', 'human_override', 'human_veto',
    'gate_approved', 'gate_rejected'
  )),
  description TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (json_valid(outcome) AND json_type(outcome) = 'object'),
  decided_by TEXT NOT NULL CHECK (decided_by <> ''),
  created_at TEXT NOT NULL
);

CREATE INDEX decisions_by_creation ON decisions (created_at, id);
CREATE INDEX decisions_by_proposal ON decisions (proposal_id, created_at, id)
  WHERE proposal_id IS NOT NULL;
CREATE INDEX decisions_by_ticket ON decisions (ticket_id, created_at, id)
  WHERE ticket_id IS NOT NULL;
CREATE INDEX decisions_by_epic ON decisions (epic_id, created_at, id) WHERE epic_id IS NOT NULL;
CREATE INDEX decisions_by_type ON decisions (decision_type, created_at, id);
