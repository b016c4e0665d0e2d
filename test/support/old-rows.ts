import type { Database, SqlValue } from '../../src/core/database/database.ts';

type Row = Readonly<Record<string, SqlValue>>;

const T1 = '2025-01-01T00:00:00.000Z';
const T2 = '2025-02-01T00:00:00.000Z';
const stamps = { created_at: T1, updated_at: T2 };

/** Rows that a database may hold after a migration, by its name, in an order that foreign keys allow. */
const rowsSince: Readonly<Record<string, readonly (readonly [table: string, row: Row])[]>> = {
  '0010_core.sql': [
    ['agents', { id: 'agt_a', name: 'Agent A', status: 'IDLE', ...stamps }],
    ['agents', { id: 'agt_b', name: 'Agent B', status: 'IDLE', branch_name: 'b/x', ...stamps }],
    ['tickets', { id: 'tkt_old', title: 'Old Größe', description: 'ancient words', ...stamps }],
    [
      'tickets',
      {
        ...{ id: 'tkt_merged', title: 'Merged', status: 'merged', labels: '["ui"]', ...stamps },
        ...{ external_id: 'X-1', source: 'deathmark', depends_on: '["tkt_old"]', priority: 'low' },
      },
    ],
    ['tickets', { id: 'tkt_work', title: 'At work', status: 'in_progress', ...stamps }],
    ['scratch_orgs', { id: 'org_a', alias: 'one', status: 'available', ...stamps }],
    [
      'scratch_orgs',
      { id: 'org_b', alias: 'two', status: 'leased', assigned_agent_id: 'agt_b', ...stamps },
    ],
    [
      'chat_messages',
      { id: 'msg_2', agent_id: 'agt_a', role: 'agent', content: 'second', timestamp: T1 },
    ],
    [
      'chat_messages',
      { id: 'msg_1', agent_id: 'agt_a', role: 'user', content: 'third', timestamp: T1 },
    ],
    [
      'ticket_runs',
      {
        ...{ id: 'run_done', ticket_id: 'tkt_merged', agent_id: 'agt_a', status: 'completed' },
        ...{ started_at: T1, completed_at: '2025-01-20T00:00:00.000Z', prompt_tokens_used: 7 },
      },
    ],
    [
      'refined_prompts',
      {
        id: 'prm_a',
        ticket_id: 'tkt_merged',
        run_id: 'run_done',
        prompt_text: 'p',
        created_at: T1,
      },
    ],
  ],
  '0020_projects.sql': [
    ['projects', { id: 'prj_a', repository_name: 'owner/a', path: '/a', ...stamps }],
    [
      'worker_types',
      { id: 'wty_a', project_id: 'prj_a', worker_type: 'coder', system_prompt: 'Code', ...stamps },
    ],
  ],
  '0030_epics.sql': [
    ['epics', { id: 'epc_a', title: 'Epic', repo_path: '/a', ...stamps }],
    ['stages', { id: 'stg_a', epic_id: 'epc_a', name: 'Design', stage_order: 0, created_at: T1 }],
    [
      'gates',
      {
        ...{ id: 'gat_a', stage_id: 'stg_a', gate_type: 'approval', description: 'Look' },
        ...{ required_approvers: '["ann"]', created_at: T1 },
      },
    ],
    [
      'gate_comments',
      { id: 'gcm_a', gate_id: 'gat_a', author: 'ann', content: 'Hm', created_at: T1 },
    ],
  ],
  '0040_tickets_and_agents.sql': [
    [
      'tickets',
      {
        ...{ id: 'tkt_new', title: 'New', kind: 'bug', project_id: 'prj_a', epic_id: 'epc_a' },
        ...{ stage_id: 'stg_a', execution_plan: '["coder"]', github_id: 5, ...stamps },
      },
    ],
    [
      'agents',
      {
        ...{ id: 'agt_c', name: 'Architect', agent_type: 'architect', project_id: 'prj_a' },
        ...{ port: 4201, pid: 77, metrics: '{"n":1}', ...stamps },
      },
    ],
  ],
  '0050_comments_and_events.sql': [
    ['comments', { id: 'cmt_a', ticket_id: 'tkt_new', content: 'remarkable', created_at: T1 }],
    [
      'events',
      {
        id: 'evt_a',
        event_type: 'worker_stopped',
        worker_id: 'agt_c',
        created_at: T1,
        reason: 'r',
      },
    ],
    [
      'pull_requests',
      {
        ...{ id: 'pul_a', ticket_id: 'tkt_new', github_number: 3, created_at: T1 },
        ...{ github_url: 'https://github.test/3', branch: 'b' },
      },
    ],
  ],
  '0060_proposals.sql': [
    [
      'proposals',
      {
        ...{
          id: 'prp_a',
          proposal_type: 'tech_stack_choice',
          proposer_id: 'agt_c',
          title: 'Use it',
        },
        ...{ description: 'd', rationale: 'r', threshold: 'unanimous', created_at: T1 },
      },
    ],
    [
      'votes',
      {
        ...{ id: 'vot_a', proposal_id: 'prp_a', voter_id: 'agt_c', voter_type: 'architect' },
        ...{ decision: 'approve', reasoning: 'yes', confidence: 0.5, created_at: T1 },
      },
    ],
    [
      'decisions',
      {
        ...{ id: 'dec_a', proposal_id: 'prp_a', decision_type: 'proposal_approved' },
        ...{ description: 'd', outcome: '{}', decided_by: 'sangha', created_at: T1 },
      },
    ],
  ],
  '0070_logs_and_settings.sql': [
    [
      'agent_logs',
      { id: 'log_a', agent_id: 'agt_c', level: 'warn', message: 'loggable', created_at: T1 },
    ],
    ['config_store', { key: 'a.b', value: '1', updated_at: T1 }],
    ['sync_state', { id: 'github', last_sync_at: T1 }],
  ],
  '0080_journeys.sql': [
    ['journeys', { id: 'jny_a', input: 'Why?', status: 'running', settings: '{}', ...stamps }],
    [
      'journey_stages',
      { id: 'jst_a', journey_id: 'jny_a', type: 'chasing', status: 'pending', created_at: T1 },
    ],
    [
      'artifacts',
      {
        ...{ id: 'art_a', stage_id: 'jst_a', type: 'code', title: 'Sketch', content: 'artful' },
        ...{ metadata: '{"a":1}', created_at: T1 },
      },
    ],
  ],
  '0090_terminals_and_ports.sql': [
    ['terminals', { id: 'trm_a', name: 'Shell', port: 4301, ...stamps }],
    [
      'annotations',
      { id: 'ann_a', file: 'a.ts', parent_type: 'terminal', terminal_id: 'trm_a', created_at: T1 },
    ],
    [
      'port_allocations',
      { id: 'prt_a', project_path: '/a', base_port: 4200, registered_at: T1, last_used_at: T1 },
    ],
  ],
  '0110_import_records.sql': [
    [
      'import_records',
      {
        ...{ id: 'imp_a', source_system: 'dispatch', source_table: 'issues', source_key: '1' },
        ...{ raw: '{}', imported_at: T1 },
      },
    ],
  ],
  '0150_import_fields.sql': [
    [
      'import_records',
      {
        ...{ id: 'imp_b', source_system: 'dispatch', source_table: 'issues', source_key: '2' },
        ...{ raw: '{}', target_table: 'tickets', target_id: 'tkt_a', fields: '{"title":"A"}' },
        imported_at: T1,
      },
    ],
  ],
};

/** Writes the rows that are possible after a migration, and gives what must be found again after later ones. */
export function insertOldRows(database: Database, migration: string): void {
  for (const [table, row] of rowsSince[migration] ?? []) {
    const columns = Object.keys(row);
    database.run(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      Object.values(row),
    );
  }
}

/** Reads the same columns of the same rows back. */
export function readOldRows(database: Database, migration: string): (readonly [string, Row])[] {
  return oldRows(migration).map(([table, row]) => {
    const columns = Object.keys(row);
    const key = table === 'config_store' ? 'key' : 'id';
    const values = database.get(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${key} = ?`, [
      row[key] ?? null,
    ]);
    return [
      table,
      Object.fromEntries(columns.map((column, index) => [column, values?.[index] ?? null])),
    ];
  });
}

/** The rows themselves. */
export function oldRows(migration: string) {
  return rowsSince[migration] ?? [];
}
