import type { TableSpec } from '../tables/table-import.ts';

/** The tables of SweatShop as it was planned for a native driver. */
export const NATIVE_TABLES = {
  tickets: {
    name: 'tickets',
    key: 'id',
    required: ['id', 'title', 'status', 'created_at', 'updated_at'],
    optional: [
      ...['external_id', 'source', 'description', 'acceptance_criteria', 'labels', 'priority'],
      ...['depends_on', 'assigned_agent_id'],
    ],
  },
  agents: {
    name: 'agents',
    key: 'id',
    required: ['id', 'name', 'status', 'created_at', 'updated_at'],
    optional: ['assigned_ticket_id', 'assigned_org_alias', 'branch_name'],
  },
  orgs: {
    name: 'scratch_orgs',
    key: 'id',
    required: ['id', 'alias', 'status', 'created_at', 'updated_at'],
    optional: ['assigned_agent_id', 'login_url', 'expires_at'],
    isOptional: true,
  },
  messages: {
    name: 'chat_messages',
    key: 'id',
    required: ['id', 'agent_id', 'role', 'content', 'timestamp'],
    isOptional: true,
  },
  runs: {
    name: 'ticket_runs',
    key: 'id',
    required: ['id', 'ticket_id', 'agent_id', 'status', 'started_at'],
    optional: [
      ...['org_alias', 'branch_name', 'completed_at', 'human_intervention_count', 'rework_count'],
      ...['prompt_tokens_used', 'completion_tokens_used', 'interventions'],
    ],
    isOptional: true,
  },
  prompts: {
    name: 'refined_prompts',
    key: 'id',
    required: ['id', 'ticket_id', 'run_id', 'prompt_text', 'created_at'],
    isOptional: true,
  },
} as const satisfies Record<string, TableSpec>;
