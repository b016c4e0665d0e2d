import path from 'node:path';
import { expect, it } from 'vitest';
import { makeForeignFile, rowsOf, stateOf, type ForeignRow } from '../support/foreign-file.ts';
import { DISPATCH_SCHEMA } from '../support/foreign-schemas.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runJson } from './run-command.ts';

const AT1 = '2026-01-02T03:04:05.678901234+00:00';
const AT2 = '2026-02-03T06:05:06+02:00';
const AT3 = '2026-03-04T05:06:07.008Z';
const ISO1 = '2026-01-02T03:04:05.678Z';
const ISO2 = '2026-02-03T04:05:06.000Z';
const ISO3 = '2026-03-04T05:06:07.008Z';

function issue(status: string, fields: ForeignRow = {}): ForeignRow {
  return {
    ...{
      id: `i-${status}`,
      repo_path: '/code',
      title: `Title ${status}`,
      prompt: `Prompt ${status}`,
    },
    ...{ issue_type: 'feature', status, created_at: AT1, updated_at: AT2 },
    ...fields,
  };
}

function agent(status: string, fields: ForeignRow = {}): ForeignRow {
  return {
    ...{ id: `agent-${status}`, agent_type: 'coder', status, started_at: AT1, last_heartbeat: AT2 },
    ...fields,
  };
}

const proposal = {
  ...{ proposal_type: 'tech_stack_choice', proposer_id: 'agent-idle', title: 'Use Rust' },
  ...{ description: 'Desc', rationale: 'Why', threshold: 'unanimous', created_at: AT1 },
};

const SOURCE = {
  epics: [
    {
      ...{
        id: 'e-1',
        github_id: 12,
        github_url: 'https://github.com/a/b/issues/12',
        title: 'Épic',
      },
      ...{ description: 'D', acceptance_criteria: '["a","b"]', repo_path: '/code' },
      ...{ repo_url: 'https://github.com/a/b', status: 'awaiting_gate', current_stage_id: 's-1' },
      ...{ blocked_at_gate_id: 'g-pending', created_at: AT1, updated_at: AT2, completed_at: null },
    },
    ...['draft', 'ready', 'in_progress', 'completed', 'cancelled'].map((status) => ({
      ...{ id: `e-${status}`, title: status, description: '', repo_path: '', status },
      ...{ created_at: AT1, updated_at: AT2, completed_at: status === 'completed' ? AT3 : null },
    })),
  ],
  stages: ['pending', 'in_progress', 'awaiting_gate', 'approved', 'skipped'].map(
    (status, index) => ({
      ...{
        id: `s-${String(index)}`,
        epic_id: 'e-1',
        name: `Stage ${status}`,
        stage_order: index,
        status,
      },
      ...{ description: index === 0 ? null : 'About', created_at: AT1 },
      ...{ started_at: index === 1 ? AT2 : null, completed_at: index === 3 ? AT3 : null },
    }),
  ),
  gates: [
    {
      ...{ id: 'g-pending', stage_id: 's-1', gate_type: 'approval', description: 'OK?' },
      ...{ required_approvers: '["ann","bob"]', status: 'pending', created_at: AT1 },
    },
    {
      ...{ id: 'g-approved', stage_id: 's-1', gate_type: 'review', description: '' },
      ...{ required_approvers: 'any', status: 'approved', approved_by: 'ann', created_at: AT1 },
      approved_at: AT2,
    },
    {
      ...{ id: 'g-rejected', stage_id: 's-2', gate_type: 'checkpoint', description: 'C' },
      ...{
        required_approvers: '"any"',
        status: 'rejected',
        rejection_reason: 'No',
        created_at: AT1,
      },
    },
    {
      ...{ id: 'g-skipped', stage_id: 's-2', gate_type: 'decision', description: 'D' },
      ...{ required_approvers: null, status: 'skipped', created_at: AT1 },
    },
    {
      ...{ id: 'g-unexplained', stage_id: 's-2', gate_type: 'decision', description: 'D' },
      ...{ required_approvers: '[]', status: 'rejected', created_at: AT1 },
    },
  ],
  gate_comments: [
    { id: 'gc-1', gate_id: 'g-pending', author: 'ann', content: 'Hm 🤔', created_at: AT1 },
    { id: 'gc-2', gate_id: 'g-pending', author: '', content: '', created_at: AT2 },
  ],
  issues: [
    issue('unassigned', { labels: '["a","ü","a"]', priority: 'critical', issue_type: 'bug' }),
    issue('queued', { labels: null, priority: 'low', issue_type: 'docs', agent_type: 'docs' }),
    issue('assigned', { assigned_agent_id: 'agent-starting', issue_type: 'refactor' }),
    issue('in_progress', {
      ...{ assigned_agent_id: 'agent-working', issue_type: 'test', github_id: 7 },
      ...{ github_url: 'https://github.com/a/b/issues/7', repo_url: 'https://github.com/a/b' },
      ...{ epic_id: 'e-1', stage_id: 's-1', worktree_path: '/wt/7', branch_name: 'issue-7' },
      ...{ agent_type: 'coder', assigned_at: AT2 },
    }),
    issue('awaiting_review', { issue_type: 'security', priority: 'high' }),
    issue('in_review', { issue_type: 'chore' }),
    issue('done', { assigned_agent_id: 'agent-completed', completed_at: AT3 }),
    issue('blocked', { labels: '["x"]' }),
    issue('cancelled', { github_id: 0 }),
    issue('queued', { id: 'i-taken', assigned_agent_id: 'agent-waiting_for_vote' }),
  ],
  pull_requests: [
    ...['draft', 'open', 'closed'].map((status, index) => ({
      ...{ id: `p-${status}`, issue_id: 'i-in_review', github_number: index + 1, status },
      ...{ github_url: 'https://github.com/a/b/pull/1', branch: 'b', created_at: AT1 },
      review_status: ['approved', 'changes_requested', 'dismissed'][index] ?? null,
    })),
    {
      ...{ id: 'p-merged', issue_id: 'i-done', github_number: 9, github_url: '', branch: 'b' },
      ...{
        status: 'merged',
        checks_passing: 1,
        created_at: AT1,
        merged_at: AT2,
        review_status: null,
      },
    },
    {
      ...{ id: 'p-odd', issue_id: 'i-done', github_number: 10, github_url: '', branch: 'b' },
      ...{ status: 'closed', checks_passing: null, created_at: AT1, merged_at: AT2 },
    },
  ],
  agents: [
    agent('idle', { metrics: '{"tokens_used":12,"avg":1.5}', current_issue_id: 'i-queued' }),
    agent('starting', { current_issue_id: 'i-assigned', agent_type: 'reviewer' }),
    agent('working', {
      ...{ current_issue_id: 'i-in_progress', worktree_path: '/wt/7', process_id: 42 },
      claude_session_id: 'session-1',
    }),
    agent('waiting_for_input'),
    agent('waiting_for_vote', { current_issue_id: 'i-taken', agent_type: 'pm' }),
    agent('paused', { process_id: 0 }),
    agent('errored'),
    agent('completed', { completed_at: AT3 }),
  ],
  proposals: [
    {
      ...{ ...proposal, id: 'pr-1', status: 'voting', related_issue_id: 'i-queued' },
      ...{
        affected_components: '["core"]',
        options: '["Rust",{"name":"Go"}]',
        chosen_option: 'Rust',
      },
      ...{ required_voters: '["coder","pm"]', threshold: 'super_majority' },
      ...{ implementation_plan: 'Plan', rollback_plan: 'Back', execution_result: '{"ok":true}' },
      ...{ voting_deadline: AT2, resolved_at: AT2, executed_at: AT3 },
    },
    { ...proposal, id: 'pr-2', status: 'approved', forced_by: 'ann', force_reason: 'Now' },
    { ...proposal, id: 'pr-3', status: 'vetoed', vetoed_by: 'bob', veto_reason: null },
  ],
  votes: [
    {
      ...{ id: 'v-1', proposal_id: 'pr-1', voter_id: 'agent-idle', voter_type: 'coder' },
      ...{ decision: 'approve', reasoning: 'Yes', confidence: 0.75, created_at: AT1 },
    },
    {
      ...{ id: 'v-2', proposal_id: 'pr-1', voter_id: 'agent-paused', voter_type: 'pm' },
      ...{ decision: 'need_more_info', reasoning: '', confidence: 7, created_at: AT2 },
    },
  ],
  decisions: [
    {
      ...{ id: 'd-1', proposal_id: 'pr-2', issue_id: 'i-done', epic_id: 'e-1' },
      ...{ decision_type: 'human_override', description: 'Done', outcome: '{"x":[1]}' },
      ...{ decided_by: 'human:ann', created_at: AT1 },
    },
    {
      ...{ id: 'd-2', proposal_id: null, issue_id: null, epic_id: null, decided_by: 'sangha' },
      ...{ decision_type: 'gate_approved', description: '', outcome: '"yes"', created_at: AT2 },
    },
  ],
  agent_logs: ['debug', 'info', 'warn', 'error'].map((level, index) => ({
    ...{ id: `l-${level}`, agent_id: 'agent-working', level, message: `Message ${level}` },
    ...{ issue_id: index === 0 ? 'i-in_progress' : null, created_at: AT1 },
    context: index === 1 ? '{"file":"a.rs"}' : null,
  })),
  config_store: [
    { key: 'theme', value: 'dark', updated_at: AT1 },
    { key: 'wip.limits', value: '{"ready":1}', updated_at: AT1 },
  ],
  sync_state: [
    {
      ...{ id: 'github', last_sync_at: AT2, last_issue_id: 12, last_pr_id: 9, etag: 'W/"x"' },
      sync_errors: '["timeout",{"code":500}]',
    },
  ],
} satisfies Record<string, ForeignRow[]>;

it('imports every value of Dispatch, and nothing new the second time', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const file = makeForeignFile(DISPATCH_SCHEMA, SOURCE, 'dispatch.db');
  const before = stateOf(path.dirname(file));

  const report = (await runJson(home, 'import', file)) as {
    counts: { table: string; created: number; changed: number }[];
    notices: { place: string; message: string }[];
  };

  expect(stateOf(path.dirname(file))).toEqual(before);
  expect(report).toMatchObject({
    source: { system: 'dispatch', name: file },
    keptOnly: 1,
    conflicts: [],
  });
  expect(Object.fromEntries(report.counts.map(({ table, created }) => [table, created]))).toEqual({
    ...{ epics: 6, stages: 5, gates: 5, gate_comments: 2, tickets: 10, agents: 8 },
    ...{ pull_requests: 5, proposals: 3, votes: 2, decisions: 2, agent_logs: 4 },
    ...{ config_store: 1, sync_state: 1 },
  });
  expect(report.notices.map(({ place, message }) => `${place}: ${message}`).toSorted()).toEqual([
    'dispatch.db agents row 1: the agent has a ticket, which is left out because it is idle',
    'dispatch.db agents row 6: process_id is not a whole number from 1 up, and is left out',
    'dispatch.db config_store row 2: wip.limits is a setting of SweatShop, where it may mean something else; the row is only kept in import_records',
    'dispatch.db decisions row 2: outcome is not an object; it becomes the value of one',
    'dispatch.db gate_comments row 2: author is empty; "unknown" stands in for it',
    'dispatch.db gates row 5: rejection_reason is empty; "The source gives no reason." stands in for it',
    'dispatch.db issues row 10: an agent works on it, so that its status becomes in_progress',
    'dispatch.db issues row 7: the ticket has an agent, which is left out because the ticket is closed',
    'dispatch.db issues row 8: the status is blocked, but nothing says by what; it becomes backlog with the label blocked',
    'dispatch.db issues row 9: github_id is not a whole number from 1 up, and is left out',
    'dispatch.db proposals row 1: options holds more than texts; the others become JSON text',
    'dispatch.db proposals row 3: veto_reason is empty; "The source gives no reason." stands in for it',
    'dispatch.db pull_requests row 5: it has a time of merging though its status is not merged; the time is left out',
    'dispatch.db sync_state row 1: sync_errors holds more than texts; the others become JSON text',
    'dispatch.db votes row 2: confidence is not a number from 0 to 1, and is left out',
  ]);
  for (const [table, rows] of Object.entries(EXPECTED)) {
    const order = table === 'config_store' ? 'key' : 'id';
    expect(rowsOf(home, table, order), table).toEqual(
      rows.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1)),
    );
  }
  expect(rowsOf(home, 'import_records')).toHaveLength(Object.values(SOURCE).flat().length);

  const again = (await runJson(home, 'import', file)) as typeof report;
  expect(again).toMatchObject({ conflicts: [] });
  expect(again.counts.filter(({ created, changed }) => created + changed > 0)).toEqual([]);
});

function idOf(row: object): string {
  return String(('id' in row && row.id) || ('key' in row && row.key));
}

const stamps = { created_at: ISO1, updated_at: ISO2 };
const seq = expect.any(Number) as number;

function epicHere(id: string, fields: object) {
  return {
    ...{ id, github_id: null, github_url: null, title: id.slice(2), description: '' },
    ...{ acceptance_criteria: '[]', repo_path: '', repo_url: null, status: id.slice(2) },
    ...{ current_stage_id: null, blocked_at_gate_id: null, completed_at: null, ...stamps },
    ...fields,
  };
}

function gateHere(id: string, fields: object) {
  return {
    ...{ id, required_approvers: null, approvals_needed: 1, approved_by: '[]' },
    ...{ rejection_reason: null, created_at: ISO1, approved_at: null, ...fields },
  };
}

function ticketHere(word: string, status: string, fields: object = {}) {
  const id = `i-${word}`;
  return {
    ...{ id, external_id: id, source: 'dispatch', title: `Title ${word}` },
    ...{ description: `Prompt ${word}`, acceptance_criteria: '', labels: '[]', priority: 'medium' },
    ...{
      status,
      depends_on: '[]',
      assigned_agent_id: null,
      position: expect.any(String) as string,
    },
    ...{ project_id: null, kind: 'feature', execution_plan: '[]', last_completed_stage: 'Planned' },
    ...{ epic_id: null, stage_id: null, github_id: null, github_url: null, repo_path: '/code' },
    ...{ repo_url: null, worktree_path: null, branch_name: null, agent_type: null },
    ...{ assigned_at: null, completed_at: null, closed_at: null, archived_at: null, seq },
    ...stamps,
    ...fields,
  };
}

function agentHere(word: string, status: string, fields: object = {}) {
  return {
    ...{ id: `agent-${word}`, name: `coder ${`agent-${word}`.slice(0, 8)}`, status },
    ...{
      agent_type: 'coder',
      assigned_ticket_id: null,
      assigned_org_alias: null,
      branch_name: null,
    },
    ...{ project_id: null, pid: null, port: null, queue_name: null, worktree_path: null },
    ...{ session_id: null, command: null, started_at: ISO1, last_heartbeat_at: ISO2 },
    ...{ completed_at: null, metrics: null, ...stamps, ...fields },
  };
}

function proposalHere(id: string, status: string, fields: object) {
  return {
    ...{ id, proposal_type: 'tech_stack_choice', proposer_id: 'agent-idle', title: 'Use Rust' },
    ...{
      description: 'Desc',
      rationale: 'Why',
      related_ticket_id: null,
      affected_components: '[]',
    },
    ...{
      options: '[]',
      chosen_option: null,
      status,
      required_voters: '[]',
      threshold: 'unanimous',
    },
    ...{ implementation_plan: null, rollback_plan: null, execution_result: null, forced_by: null },
    ...{ force_reason: null, vetoed_by: null, veto_reason: null, created_at: ISO1 },
    ...{ voting_deadline: null, resolved_at: null, executed_at: null, ...fields },
  };
}

function pullRequestHere(id: string, fields: object) {
  return {
    ...{ id, ticket_id: 'i-in_review', github_url: 'https://github.com/a/b/pull/1', branch: 'b' },
    ...{ status: id.slice(2), checks_passing: 0, created_at: ISO1, merged_at: null, ...fields },
  };
}

const EXPECTED: Record<string, object[]> = {
  epics: [
    epicHere('e-1', {
      ...{ github_id: 12, github_url: 'https://github.com/a/b/issues/12', title: 'Épic' },
      ...{ description: 'D', acceptance_criteria: '["a","b"]', repo_path: '/code' },
      ...{ repo_url: 'https://github.com/a/b', status: 'awaiting_gate', current_stage_id: 's-1' },
      blocked_at_gate_id: 'g-pending',
    }),
    epicHere('e-draft', {}),
    epicHere('e-ready', {}),
    epicHere('e-in_progress', {}),
    epicHere('e-completed', { completed_at: ISO3 }),
    epicHere('e-cancelled', {}),
  ],
  stages: ['pending', 'in_progress', 'awaiting_gate', 'approved', 'skipped'].map(
    (status, index) => ({
      ...{
        id: `s-${String(index)}`,
        epic_id: 'e-1',
        name: `Stage ${status}`,
        stage_order: index,
        status,
      },
      ...{ description: index === 0 ? null : 'About', created_at: ISO1 },
      ...{ started_at: index === 1 ? ISO2 : null, completed_at: index === 3 ? ISO3 : null },
    }),
  ),
  gates: [
    gateHere('g-pending', {
      ...{ stage_id: 's-1', gate_type: 'approval', description: 'OK?', status: 'pending' },
      required_approvers: '["ann","bob"]',
    }),
    gateHere('g-approved', {
      ...{ stage_id: 's-1', gate_type: 'review', description: '', status: 'approved' },
      ...{ approved_by: '["ann"]', approved_at: ISO2 },
    }),
    gateHere('g-rejected', {
      ...{ stage_id: 's-2', gate_type: 'checkpoint', description: 'C', status: 'rejected' },
      rejection_reason: 'No',
    }),
    gateHere('g-skipped', {
      ...{ stage_id: 's-2', gate_type: 'decision', description: 'D', status: 'skipped' },
    }),
    gateHere('g-unexplained', {
      ...{ stage_id: 's-2', gate_type: 'decision', description: 'D', status: 'rejected' },
      rejection_reason: 'The source gives no reason.',
    }),
  ],
  gate_comments: [
    { id: 'gc-1', gate_id: 'g-pending', author: 'ann', content: 'Hm 🤔', created_at: ISO1, seq },
    { id: 'gc-2', gate_id: 'g-pending', author: 'unknown', content: '', created_at: ISO2, seq },
  ],
  tickets: [
    ticketHere('unassigned', 'backlog', { labels: '["a","ü"]', priority: 'critical', kind: 'bug' }),
    ticketHere('queued', 'ready', { priority: 'low', kind: 'docs', agent_type: 'docs' }),
    ticketHere('assigned', 'in_progress', {
      ...{ kind: 'refactor', assigned_agent_id: 'agent-starting' },
    }),
    ticketHere('in_progress', 'in_progress', {
      ...{ assigned_agent_id: 'agent-working', kind: 'test', github_id: 7 },
      ...{ github_url: 'https://github.com/a/b/issues/7', repo_url: 'https://github.com/a/b' },
      ...{ epic_id: 'e-1', stage_id: 's-1', worktree_path: '/wt/7', branch_name: 'issue-7' },
      ...{ agent_type: 'coder', assigned_at: ISO2 },
    }),
    ticketHere('awaiting_review', 'qa_review', { kind: 'security', priority: 'high' }),
    ticketHere('in_review', 'qa_review', { kind: 'chore' }),
    ticketHere('done', 'merged', { completed_at: ISO3, closed_at: ISO3 }),
    ticketHere('blocked', 'backlog', { labels: '["x","blocked"]' }),
    ticketHere('cancelled', 'rejected', { closed_at: ISO2 }),
    ticketHere('taken', 'in_progress', {
      ...{ title: 'Title queued', description: 'Prompt queued' },
      assigned_agent_id: 'agent-waiting_for_vote',
    }),
  ],
  pull_requests: [
    pullRequestHere('p-draft', { github_number: 1, review_status: 'approved' }),
    pullRequestHere('p-open', { github_number: 2, review_status: 'changes_requested' }),
    pullRequestHere('p-closed', { github_number: 3, review_status: 'dismissed' }),
    pullRequestHere('p-merged', {
      ...{ ticket_id: 'i-done', github_number: 9, github_url: '', review_status: 'pending' },
      ...{ checks_passing: 1, merged_at: ISO2 },
    }),
    pullRequestHere('p-odd', {
      ...{ ticket_id: 'i-done', github_number: 10, github_url: '', review_status: 'pending' },
      status: 'closed',
    }),
  ],
  agents: [
    agentHere('idle', 'IDLE', { metrics: '{"tokens_used":12,"avg":1.5}' }),
    agentHere('starting', 'BRANCHING', {
      ...{ assigned_ticket_id: 'i-assigned', agent_type: 'reviewer', name: 'reviewer agent-st' },
    }),
    agentHere('working', 'DEVELOPING', {
      ...{ assigned_ticket_id: 'i-in_progress', worktree_path: '/wt/7', pid: 42 },
      session_id: 'session-1',
    }),
    agentHere('waiting_for_input', 'NEEDS_INPUT'),
    agentHere('waiting_for_vote', 'NEEDS_INPUT', {
      ...{ assigned_ticket_id: 'i-taken', agent_type: 'pm', name: 'pm agent-wa' },
    }),
    agentHere('paused', 'NEEDS_INPUT'),
    agentHere('errored', 'ERROR'),
    agentHere('completed', 'IDLE', { completed_at: ISO3 }),
  ],
  proposals: [
    proposalHere('pr-1', 'voting', {
      ...{ related_ticket_id: 'i-queued', affected_components: '["core"]' },
      ...{ options: '["Rust","{\\"name\\":\\"Go\\"}"]', chosen_option: 'Rust' },
      ...{ required_voters: '["coder","pm"]', threshold: 'super_majority' },
      ...{ implementation_plan: 'Plan', rollback_plan: 'Back', execution_result: '{"ok":true}' },
      ...{ voting_deadline: ISO2, resolved_at: ISO2, executed_at: ISO3 },
    }),
    proposalHere('pr-2', 'approved', { forced_by: 'ann', force_reason: 'Now' }),
    proposalHere('pr-3', 'vetoed', {
      ...{ vetoed_by: 'bob', veto_reason: 'The source gives no reason.' },
    }),
  ],
  votes: [
    {
      ...{ id: 'v-1', proposal_id: 'pr-1', voter_id: 'agent-idle', voter_type: 'coder' },
      ...{ decision: 'approve', reasoning: 'Yes', confidence: 0.75, created_at: ISO1 },
    },
    {
      ...{ id: 'v-2', proposal_id: 'pr-1', voter_id: 'agent-paused', voter_type: 'pm' },
      ...{ decision: 'need_more_info', reasoning: '', confidence: null, created_at: ISO2 },
    },
  ],
  decisions: [
    {
      ...{ id: 'd-1', proposal_id: 'pr-2', ticket_id: 'i-done', epic_id: 'e-1' },
      ...{ decision_type: 'human_override', description: 'Done', outcome: '{"x":[1]}' },
      ...{ decided_by: 'human:ann', created_at: ISO1 },
    },
    {
      ...{ id: 'd-2', proposal_id: null, ticket_id: null, epic_id: null, decided_by: 'sangha' },
      ...{ decision_type: 'gate_approved', description: '', outcome: '{"value":"yes"}' },
      created_at: ISO2,
    },
  ],
  agent_logs: ['debug', 'info', 'warn', 'error'].map((level, index) => ({
    ...{ id: `l-${level}`, agent_id: 'agent-working', level, message: `Message ${level}`, seq },
    ...{ ticket_id: index === 0 ? 'i-in_progress' : null, created_at: ISO1 },
    context: index === 1 ? '{"file":"a.rs"}' : null,
  })),
  config_store: [{ key: 'theme', value: 'dark', updated_at: ISO1 }],
  sync_state: [
    {
      ...{ id: 'github', last_sync_at: ISO2, last_issue_id: 12, last_pr_id: 9, etag: 'W/"x"' },
      sync_errors: '["timeout","{\\"code\\":500}"]',
    },
  ],
};
