import type { TableSpec } from '../tables/table-import.ts';

/** The tables of Dispatch; its first version had neither epics nor proposals. */
export const DISPATCH_TABLES = {
  epics: {
    name: 'epics',
    key: 'id',
    required: ['id', 'title', 'description', 'status', 'created_at'],
    optional: [
      ...['github_id', 'github_url', 'acceptance_criteria', 'repo_path', 'repo_url'],
      ...['current_stage_id', 'blocked_at_gate_id', 'updated_at', 'completed_at'],
    ],
    isOptional: true,
  },
  stages: {
    name: 'stages',
    key: 'id',
    required: ['id', 'epic_id', 'name', 'stage_order', 'status', 'created_at'],
    optional: ['description', 'started_at', 'completed_at'],
    isOptional: true,
  },
  gates: {
    name: 'gates',
    key: 'id',
    required: ['id', 'stage_id', 'gate_type', 'description', 'status', 'created_at'],
    optional: ['required_approvers', 'approved_by', 'rejection_reason', 'approved_at'],
    isOptional: true,
  },
  gateComments: {
    name: 'gate_comments',
    key: 'id',
    required: ['id', 'gate_id', 'author', 'content', 'created_at'],
    isOptional: true,
  },
  issues: {
    name: 'issues',
    key: 'id',
    required: ['id', 'title', 'prompt', 'issue_type', 'status', 'created_at'],
    optional: [
      ...['github_id', 'github_url', 'epic_id', 'stage_id', 'repo_path', 'repo_url'],
      ...['worktree_path', 'branch_name', 'priority', 'labels', 'assigned_agent_id', 'agent_type'],
      ...['updated_at', 'assigned_at', 'completed_at'],
    ],
  },
  pullRequests: {
    name: 'pull_requests',
    key: 'id',
    required: ['id', 'issue_id', 'github_number', 'github_url', 'branch', 'status', 'created_at'],
    optional: ['checks_passing', 'review_status', 'merged_at'],
    isOptional: true,
  },
  agents: {
    name: 'agents',
    key: 'id',
    required: ['id', 'agent_type', 'status'],
    optional: [
      ...['current_issue_id', 'worktree_path', 'process_id', 'claude_session_id', 'started_at'],
      ...['last_heartbeat', 'completed_at', 'metrics'],
    ],
  },
  proposals: {
    name: 'proposals',
    key: 'id',
    required: [
      ...['id', 'proposal_type', 'proposer_id', 'title', 'description', 'rationale', 'status'],
      ...['threshold', 'created_at'],
    ],
    optional: [
      ...['related_issue_id', 'affected_components', 'options', 'chosen_option', 'required_voters'],
      ...['implementation_plan', 'rollback_plan', 'execution_result', 'forced_by', 'force_reason'],
      ...['vetoed_by', 'veto_reason', 'voting_deadline', 'resolved_at', 'executed_at'],
    ],
    isOptional: true,
  },
  votes: {
    name: 'votes',
    key: 'id',
    required: [
      'id',
      'proposal_id',
      'voter_id',
      'voter_type',
      'decision',
      'reasoning',
      'created_at',
    ],
    optional: ['confidence'],
    isOptional: true,
  },
  decisions: {
    name: 'decisions',
    key: 'id',
    required: ['id', 'decision_type', 'description', 'outcome', 'decided_by', 'created_at'],
    optional: ['proposal_id', 'issue_id', 'epic_id'],
    isOptional: true,
  },
  agentLogs: {
    name: 'agent_logs',
    key: 'id',
    required: ['id', 'agent_id', 'level', 'message', 'created_at'],
    optional: ['issue_id', 'context'],
    isOptional: true,
  },
  configStore: {
    name: 'config_store',
    key: 'key',
    required: ['key', 'value'],
    optional: ['updated_at'],
    isOptional: true,
  },
  syncState: {
    name: 'sync_state',
    key: 'id',
    required: ['id', 'last_sync_at'],
    optional: ['last_issue_id', 'last_pr_id', 'etag', 'sync_errors'],
    isOptional: true,
  },
} as const satisfies Record<string, TableSpec>;
