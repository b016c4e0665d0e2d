import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/core/database/database.ts';
import { builtInMigrations } from '../../src/core/migrations.ts';
import { insertOldRows } from '../support/old-rows.ts';
import { openTestDatabase } from '../support/test-app.ts';

let database: Database;

beforeEach(async () => {
  database = await openTestDatabase();
});

function columnsOf(table: string): unknown[] {
  return database.all(`PRAGMA table_info(${table})`).map(([, name]) => name);
}

describe('the tables of the seeds', () => {
  const seeds: Readonly<Record<string, string>> = {
    // 000
    tickets:
      'id external_id source title description acceptance_criteria labels priority status depends_on assigned_agent_id created_at updated_at',
    agents:
      'id name status assigned_ticket_id assigned_org_alias branch_name created_at updated_at',
    scratch_orgs: 'id alias status assigned_agent_id login_url expires_at created_at updated_at',
    chat_messages: 'id agent_id role content timestamp',
    ticket_runs:
      'id ticket_id agent_id org_alias branch_name status started_at completed_at human_intervention_count rework_count prompt_tokens_used completion_tokens_used interventions',
    refined_prompts: 'id ticket_id run_id prompt_text created_at',
    // 001
    projects: 'repository_name path short_description created_at updated_at',
    worker_types: 'id project_id worker_type short_description system_prompt created_at updated_at',
    comments: 'id ticket_id worker_type worker_id stage_number content created_at',
    events: 'id event_type ticket_id worker_id stage reason created_at processed',
    // 002
    journeys: 'id input status settings created_at updated_at',
    journey_stages: 'id journey_id type status prompt result thinking created_at',
    artifacts: 'id stage_id type title content metadata created_at',
    artifacts_fts: 'title content',
    // 003
    epics:
      'id github_id github_url title description acceptance_criteria repo_path repo_url status current_stage_id blocked_at_gate_id created_at updated_at completed_at',
    stages: 'id epic_id name description stage_order status created_at started_at completed_at',
    gates:
      'id stage_id gate_type description required_approvers status approved_by rejection_reason created_at approved_at',
    gate_comments: 'id gate_id author content created_at',
    pull_requests:
      'id ticket_id github_number github_url branch status checks_passing review_status created_at merged_at',
    proposals:
      'id proposal_type proposer_id title description rationale related_ticket_id affected_components options chosen_option status required_voters threshold implementation_plan rollback_plan execution_result forced_by force_reason vetoed_by veto_reason created_at voting_deadline resolved_at executed_at',
    votes: 'id proposal_id voter_id voter_type decision reasoning confidence created_at',
    decisions:
      'id proposal_id ticket_id epic_id decision_type description outcome decided_by created_at',
    agent_logs: 'id agent_id ticket_id level message context created_at',
    config_store: 'key value updated_at',
    sync_state: 'id last_sync_at last_issue_id last_pr_id etag sync_errors',
    // 004
    terminals: 'id name port pid session_id',
    annotations: 'id file port pid parent_type',
    port_allocations: 'project_path base_port pid registered_at last_used_at',
  };

  it.each(Object.entries(seeds))('are here with their columns: %s', (table, columns) => {
    expect(columnsOf(table)).toEqual(expect.arrayContaining(columns.split(' ')));
  });

  it('give the tickets of seeds 001 and 003 their columns', () => {
    const columns =
      'project_id execution_plan last_completed_stage closed_at epic_id stage_id github_id github_url repo_path repo_url worktree_path branch_name kind agent_type assigned_at completed_at position archived_at';
    expect(columnsOf('tickets')).toEqual(expect.arrayContaining(columns.split(' ')));
  });

  it('give the workers of seed 001 and the agents of seeds 003 and 004 their columns', () => {
    const columns =
      'project_id agent_type pid port queue_name worktree_path session_id command started_at last_heartbeat_at completed_at metrics';
    expect(columnsOf('agents')).toEqual(expect.arrayContaining(columns.split(' ')));
  });
});

describe('references', () => {
  const CASCADES = [
    'agent_logs.agent_id → agents',
    'agents.project_id → projects',
    'annotations.agent_id → agents',
    'annotations.terminal_id → terminals',
    'artifacts.stage_id → journey_stages',
    'chat_messages.agent_id → agents',
    'comments.ticket_id → tickets',
    'gate_comments.gate_id → gates',
    'gates.stage_id → stages',
    'journey_stages.journey_id → journeys',
    'pull_requests.ticket_id → tickets',
    'refined_prompts.run_id → ticket_runs',
    'refined_prompts.ticket_id → tickets',
    'stages.epic_id → epics',
    'terminals.project_id → projects',
    'ticket_runs.agent_id → agents',
    'ticket_runs.ticket_id → tickets',
    'tickets.project_id → projects',
    'votes.proposal_id → proposals',
    'worker_types.project_id → projects',
  ];
  const CLEARED = [
    'agent_logs.ticket_id → tickets',
    'comments.worker_id → agents',
    'decisions.epic_id → epics',
    'decisions.proposal_id → proposals',
    'decisions.ticket_id → tickets',
    'epics.blocked_at_gate_id → gates',
    'epics.current_stage_id → stages',
    'events.ticket_id → tickets',
    'events.undoes_event_id → events',
    'events.worker_id → agents',
    'port_allocations.project_id → projects',
    'proposals.related_ticket_id → tickets',
    'tickets.epic_id → epics',
    'tickets.stage_id → stages',
  ];
  const REFUSED = [
    'agents.assigned_org_alias → scratch_orgs',
    'agents.assigned_ticket_id → tickets',
    'proposals.proposer_id → agents',
    'scratch_orgs.assigned_agent_id → agents',
    'tickets.assigned_agent_id → agents',
    'votes.voter_id → agents',
  ];

  function references(): { readonly name: string; readonly onDelete: string }[] {
    return database
      .all(
        'SELECT child.name, fk."from", fk."table", fk.on_delete FROM sqlite_schema AS child ' +
          "JOIN pragma_foreign_key_list(child.name) AS fk WHERE child.type = 'table' ORDER BY 1, 2",
      )
      .map(([child, column, parent, onDelete]) => ({
        name: `${String(child)}.${String(column)} → ${String(parent)}`,
        onDelete: String(onDelete),
      }));
  }

  it.each([
    ['CASCADE', CASCADES],
    ['SET NULL', CLEARED],
    ['RESTRICT', REFUSED],
  ])('do this when what they refer to is deleted: %s', (onDelete, expected) => {
    const actual = references().filter((reference) => reference.onDelete === onDelete);
    expect(actual.map(({ name }) => name)).toEqual(expected);
  });

  it('are each served by an index', () => {
    for (const { name } of references()) {
      const [child = '', column = ''] = name.split(' ')[0]?.split('.') ?? [];
      const plan = database.all(`EXPLAIN QUERY PLAN SELECT id FROM ${child} WHERE ${column} = ?`, [
        'x',
      ]);
      expect(
        plan.map((row) => row[3]),
        name,
      ).toEqual([expect.stringMatching(/^SEARCH/)]);
    }
  });
});

describe('the indexes of the seeds', () => {
  it.each([
    // 002
    ['idx_journeys_status', 'journeys', 'status = ?'],
    ['idx_journeys_created_at', 'journeys', 'created_at > ?'],
    ['idx_stages_journey', 'journey_stages', 'journey_id = ?'],
    ['idx_stages_status', 'journey_stages', 'status = ?'],
    ['idx_stages_created_at', 'journey_stages', 'created_at > ?'],
    ['idx_artifacts_stage', 'artifacts', 'stage_id = ?'],
    ['idx_artifacts_type', 'artifacts', 'type = ?'],
    ['idx_artifacts_created_at', 'artifacts', 'created_at > ?'],
    // 003
    ['idx_epics_status', 'epics', 'status = ?'],
    ['idx_epics_repo', 'epics', 'repo_path = ?'],
    ['idx_epics_github', 'epics', 'github_id = ?'],
    ['idx_stages_epic', 'stages', 'epic_id = ?'],
    ['idx_stages_order', 'stages', 'epic_id = ? AND stage_order = 1'],
    ['idx_gates_stage', 'gates', 'stage_id = ?'],
    ['idx_gates_status', 'gates', 'status = ?'],
    ['idx_gate_comments_gate', 'gate_comments', 'gate_id = ?'],
    ['idx_issues_status', 'tickets', 'status = ?'],
    ['idx_issues_epic', 'tickets', 'epic_id = ?'],
    ['idx_issues_stage', 'tickets', 'stage_id = ?'],
    ['idx_issues_agent', 'tickets', 'assigned_agent_id = ?'],
    ['idx_issues_github', 'tickets', 'github_id = ?'],
    ['idx_issues_repo', 'tickets', 'repo_path = ?'],
    ['idx_prs_issue', 'pull_requests', 'ticket_id = ?'],
    ['idx_prs_status', 'pull_requests', 'status = ?'],
    ['idx_agents_type', 'agents', 'agent_type = ?'],
    ['idx_agents_status', 'agents', 'status = ?'],
    ['idx_agents_issue', 'agents', 'assigned_ticket_id = ?'],
    ['idx_proposals_status', 'proposals', 'status = ?'],
    ['idx_proposals_type', 'proposals', 'proposal_type = ?'],
    ['idx_proposals_issue', 'proposals', 'related_ticket_id = ?'],
    ['idx_votes_proposal', 'votes', 'proposal_id = ?'],
    ['idx_votes_voter', 'votes', 'voter_id = ?'],
    ['idx_votes_unique', 'votes', "proposal_id = ? AND voter_id = 'x'"],
    ['idx_decisions_proposal', 'decisions', 'proposal_id = ?'],
    ['idx_decisions_issue', 'decisions', 'ticket_id = ?'],
    ['idx_decisions_epic', 'decisions', 'epic_id = ?'],
    ['idx_decisions_type', 'decisions', 'decision_type = ?'],
    ['idx_decisions_date', 'decisions', 'created_at > ?'],
    ['idx_logs_agent', 'agent_logs', 'agent_id = ?'],
    ['idx_logs_issue', 'agent_logs', 'ticket_id = ?'],
    ['idx_logs_level', 'agent_logs', 'level = ?'],
    ['idx_logs_date', 'agent_logs', 'created_at > ?'],
  ])('find rows as %s did', (_index, table, condition) => {
    const plan = database.all(`EXPLAIN QUERY PLAN SELECT * FROM ${table} WHERE ${condition}`, [
      'x',
    ]);
    expect(plan.map((row) => row[3])).toEqual([expect.stringMatching(/^SEARCH .* USING INDEX/)]);
  });

  it('give tickets in the order of their priority, for which idx_issues_priority was made', () => {
    const [plan] = database.all(
      "EXPLAIN QUERY PLAN SELECT * FROM tickets ORDER BY CASE priority WHEN 'critical' THEN 0 " +
        "WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, created_at, id",
    );
    expect(plan?.[3]).toBe('SCAN tickets USING INDEX tickets_by_priority');
  });
});

describe('with a row in every table', () => {
  beforeEach(() => {
    for (const { name } of builtInMigrations) insertOldRows(database, name);
  });

  it.each([
    ['tickets.kind', "UPDATE tickets SET kind = 'story'"],
    ['tickets.execution_plan', "UPDATE tickets SET execution_plan = '{}'"],
    ['tickets.last_completed_stage', "UPDATE tickets SET last_completed_stage = ''"],
    ['tickets.agent_type', "UPDATE tickets SET agent_type = ''"],
    ['agents.agent_type', "UPDATE agents SET agent_type = ''"],
    ['agents.pid', 'UPDATE agents SET pid = 0'],
    ['agents.port', "UPDATE agents SET port = 65536 WHERE id = 'agt_c'"],
    ['agents.metrics', "UPDATE agents SET metrics = '[]'"],
    ['projects.repository_name', "UPDATE projects SET repository_name = ''"],
    ['projects.path', 'UPDATE projects SET path = NULL'],
    ['worker_types.worker_type', "UPDATE worker_types SET worker_type = ''"],
    ['worker_types.system_prompt', 'UPDATE worker_types SET system_prompt = NULL'],
    ['comments.worker_type', "UPDATE comments SET worker_type = ''"],
    ['comments.stage_number', 'UPDATE comments SET stage_number = 0'],
    ['comments.content', 'UPDATE comments SET content = NULL'],
    ['events.event_type', "UPDATE events SET event_type = 'party'"],
    ['events.processed', 'UPDATE events SET processed = 2'],
    ['events.processed_at', "UPDATE events SET processed = 0, processed_at = '2025'"],
    ['events.subject', "UPDATE events SET subject = 'tickets', subject_id = NULL"],
    ['events.actor', "UPDATE events SET actor = ''"],
    ['events.before', "UPDATE events SET before = '1'"],
    ['events.after', "UPDATE events SET after = '{'"],
    ['epics.status', "UPDATE epics SET status = 'open'"],
    ['epics.title', "UPDATE epics SET title = ''"],
    ['epics.acceptance_criteria', 'UPDATE epics SET acceptance_criteria = \'""\''],
    ['epics.repo_path', 'UPDATE epics SET repo_path = NULL'],
    ['stages.name', "UPDATE stages SET name = ''"],
    ['stages.stage_order', 'UPDATE stages SET stage_order = -1'],
    ['stages.status', "UPDATE stages SET status = 'done'"],
    ['gates.gate_type', "UPDATE gates SET gate_type = 'door'"],
    ['gates.status', "UPDATE gates SET status = 'open'"],
    ['gates.required_approvers', `UPDATE gates SET required_approvers = '"any"'`],
    ['gates.approvals_needed', 'UPDATE gates SET approvals_needed = 0'],
    ['gates.approved_by', "UPDATE gates SET approved_by = 'ann'"],
    ['gates.rejection_reason', "UPDATE gates SET status = 'rejected'"],
    ['gate_comments.author', "UPDATE gate_comments SET author = ''"],
    ['pull_requests.github_number', 'UPDATE pull_requests SET github_number = 0'],
    ['pull_requests.status', "UPDATE pull_requests SET status = 'done'"],
    ['pull_requests.checks_passing', 'UPDATE pull_requests SET checks_passing = 2'],
    ['pull_requests.review_status', "UPDATE pull_requests SET review_status = 'x'"],
    ['pull_requests.merged_at', "UPDATE pull_requests SET merged_at = '2025'"],
    ['proposals.proposal_type', "UPDATE proposals SET proposal_type = 'x'"],
    ['proposals.title', "UPDATE proposals SET title = ''"],
    ['proposals.rationale', 'UPDATE proposals SET rationale = NULL'],
    ['proposals.status', "UPDATE proposals SET status = 'x'"],
    ['proposals.threshold', "UPDATE proposals SET threshold = 'x'"],
    ['proposals.affected_components', "UPDATE proposals SET affected_components = '{}'"],
    ['proposals.options', "UPDATE proposals SET options = '{}'"],
    ['proposals.required_voters', "UPDATE proposals SET required_voters = '{}'"],
    ['proposals.execution_result', "UPDATE proposals SET execution_result = '[]'"],
    ['proposals.force_reason', "UPDATE proposals SET forced_by = 'ann'"],
    ['proposals.veto_reason', "UPDATE proposals SET vetoed_by = 'ann', veto_reason = ''"],
    ['votes.voter_type', "UPDATE votes SET voter_type = ''"],
    ['votes.decision', "UPDATE votes SET decision = 'maybe'"],
    ['votes.reasoning', 'UPDATE votes SET reasoning = NULL'],
    ['votes.confidence', 'UPDATE votes SET confidence = 1.01'],
    ['decisions.decision_type', "UPDATE decisions SET decision_type = 'x'"],
    ['decisions.outcome', "UPDATE decisions SET outcome = '[]'"],
    ['decisions.decided_by', "UPDATE decisions SET decided_by = ''"],
    ['agent_logs.level', "UPDATE agent_logs SET level = 'fatal'"],
    ['agent_logs.context', "UPDATE agent_logs SET context = '[]'"],
    ['config_store.key', "UPDATE config_store SET key = ''"],
    ['config_store.value', 'UPDATE config_store SET value = NULL'],
    ['sync_state.last_sync_at', 'UPDATE sync_state SET last_sync_at = NULL'],
    ['sync_state.sync_errors', "UPDATE sync_state SET sync_errors = '{}'"],
    ['journeys.status', "UPDATE journeys SET status = 'done'"],
    ['journeys.settings', "UPDATE journeys SET settings = '[]'"],
    ['journey_stages.type', "UPDATE journey_stages SET type = 'idling'"],
    ['journey_stages.status', "UPDATE journey_stages SET status = 'paused'"],
    ['artifacts.type', "UPDATE artifacts SET type = 'song'"],
    ['artifacts.title', 'UPDATE artifacts SET title = NULL'],
    ['artifacts.content', 'UPDATE artifacts SET content = NULL'],
    ['artifacts.metadata', "UPDATE artifacts SET metadata = '[]'"],
    ['terminals.port', 'UPDATE terminals SET port = 0'],
    ['terminals.pid', 'UPDATE terminals SET pid = 0'],
    ['annotations.file', "UPDATE annotations SET file = ''"],
    ['annotations.parent_type', "UPDATE annotations SET parent_type = 'util'"],
    ['annotations.agent_id', "UPDATE annotations SET agent_id = 'agt_c'"],
    ['annotations.terminal_id', "UPDATE annotations SET parent_type = 'builder'"],
    ['port_allocations.base_port below 4200', 'UPDATE port_allocations SET base_port = 4100'],
    ['port_allocations.base_port not a hundred', 'UPDATE port_allocations SET base_port = 4250'],
    ['port_allocations.base_port too high', 'UPDATE port_allocations SET base_port = 65500'],
    ['import_records.raw', "UPDATE import_records SET raw = '[]'"],
    ['import_records.target_id', "UPDATE import_records SET target_table = 'tickets'"],
    ['import_records.fields', "UPDATE import_records SET fields = '[]'"],
    ['import_records.fields, as JSON', "UPDATE import_records SET fields = '{a: 1}'"],
  ])('refuses what may not stand in %s', (_column, sql) => {
    expect(() => database.run(sql)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });

  it.each([
    [
      'projects.repository_name',
      "INSERT INTO projects VALUES ('prj_x', 'owner/a', '/', NULL, '', '')",
    ],
    [
      'UNIQUE (project_id, worker_type)',
      "INSERT INTO worker_types VALUES ('wty_x', 'prj_a', 'coder', NULL, 'x', '', '')",
    ],
    [
      'one vote of a voter on a proposal',
      "INSERT INTO votes VALUES ('vot_x', 'prp_a', 'agt_c', 'coder', 'reject', 'x', NULL, '')",
    ],
    [
      'one architect of a project',
      "INSERT INTO agents (id, name, agent_type, project_id, created_at, updated_at) VALUES ('agt_x', 'x', 'architect', 'prj_a', '', '')",
    ],
    ['agents.port', "UPDATE agents SET port = 4201 WHERE id = 'agt_a'"],
    [
      'terminals.port',
      "INSERT INTO terminals (id, name, port, created_at, updated_at) VALUES ('trm_x', 'x', 4301, '', '')",
    ],
    [
      'annotations.port',
      "INSERT INTO annotations (id, file, port, parent_type, created_at) VALUES ('ann_x', 'x', 1, 'builder', ''), ('ann_y', 'x', 1, 'builder', '')",
    ],
    [
      'port_allocations.project_path',
      "INSERT INTO port_allocations VALUES ('prt_x', '/a', NULL, 4300, NULL, '', '')",
    ],
    [
      'port_allocations.base_port',
      "INSERT INTO port_allocations VALUES ('prt_x', '/x', NULL, 4200, NULL, '', '')",
    ],
    [
      'import_records (source_system, source_table, source_key)',
      "INSERT INTO import_records VALUES ('imp_x', 'dispatch', 'issues', '1', '{}', NULL, NULL, '', NULL)",
    ],
  ])('refuses twice the same %s', (_what, sql) => {
    expect(() => database.run(sql)).toThrow(expect.objectContaining({ code: 'Conflict' }));
  });

  it('allows architects of other projects, and of none', () => {
    const insert = (id: string, project: string | null) =>
      database.run(
        "INSERT INTO agents (id, name, agent_type, project_id, created_at, updated_at) VALUES (?, 'x', 'architect', ?, '', '')",
        [id, project],
      );
    database.run("INSERT INTO projects VALUES ('prj_b', 'owner/b', '/', NULL, '', '')");
    insert('agt_1', 'prj_b');
    insert('agt_2', null);
    insert('agt_3', null);
    expect(() => insert('agt_4', 'prj_b')).toThrow(expect.objectContaining({ code: 'Conflict' }));
  });

  it('keeps each full-text index in step with its table', () => {
    const checkAll = () => {
      for (const table of ['tickets', 'comments', 'chat_messages', 'agent_logs', 'artifacts']) {
        database.run(`INSERT INTO ${table}_fts (${table}_fts) VALUES ('integrity-check')`);
      }
    };
    const find = (table: string, word: string) =>
      database.all(
        `SELECT id FROM ${table} WHERE seq IN (SELECT docid FROM ${table}_fts WHERE ${table}_fts MATCH ?)`,
        [word],
      ).length;
    checkAll();
    database.run("UPDATE artifacts SET title = 'Painting'");
    database.run("UPDATE tickets SET description = 'modern' WHERE id = 'tkt_old'");
    database.run("UPDATE comments SET content = 'striking'");
    database.run("UPDATE agent_logs SET message = 'quiet'");
    database.run("UPDATE chat_messages SET content = 'fourth' WHERE id = 'msg_1'");
    checkAll();
    expect(find('artifacts', 'sketch')).toBe(0);
    expect(find('artifacts', 'paint*')).toBe(1);
    expect(find('tickets', 'ancient')).toBe(0);
    expect(find('tickets', 'modern')).toBe(1);
    expect(find('comments', 'striking')).toBe(1);
    expect(find('agent_logs', 'loggable')).toBe(0);
    expect(find('chat_messages', 'fourth')).toBe(1);
    database.run("DELETE FROM journeys WHERE id = 'jny_a'");
    database.run("DELETE FROM tickets WHERE id = 'tkt_new'");
    database.run("DELETE FROM chat_messages WHERE id = 'msg_2'");
    database.run('DELETE FROM agent_logs');
    checkAll();
    expect(find('artifacts', 'paint*')).toBe(0);
    expect(find('comments', 'striking')).toBe(0);
    expect(database.get('SELECT count(*) FROM artifacts')).toEqual([0]);
  });

  it('does not touch the index when a ticket only moves', () => {
    const segments = () =>
      database
        .all('SELECT count(*), sum(length(block)) FROM tickets_fts_segments')
        .concat(database.all('SELECT count(*) FROM tickets_fts_segdir'));
    const before = segments();
    database.run("UPDATE tickets SET status = 'ready', position = 'a5' WHERE id = 'tkt_old'");
    expect(segments()).toEqual(before);
  });
});
