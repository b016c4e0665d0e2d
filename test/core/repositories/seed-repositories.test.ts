import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import { dependentsOf } from '../../../src/core/repositories/dependents.ts';
import {
  createRepositories,
  type Repositories,
} from '../../../src/core/repositories/repositories.ts';
import {
  makeAgent,
  makeAgentLog,
  makeAnnotation,
  makeArtifact,
  makeComment,
  makeDecision,
  makeEpic,
  makeEvent,
  makeGate,
  makeGateComment,
  makeImportRecord,
  makeJourney,
  makeJourneyStage,
  makePortAllocation,
  makeProject,
  makeProposal,
  makePullRequest,
  makeRun,
  makeStage,
  makeSyncState,
  makeTerminal,
  makeTicket,
  makeVote,
  makeWorkerType,
} from '../../support/factories.ts';
import { openTestDatabase } from '../../support/test-app.ts';
import { watchQueries } from '../../support/watch-queries.ts';

const LATER = '2026-02-01T00:00:00.000Z';

let database: Database;
let repositories: Repositories;

beforeEach(async () => {
  database = await openTestDatabase();
  repositories = createRepositories(database);
});

/** What rows of other tables refer to. */
function createParents(): void {
  repositories.projects.create(makeProject());
  repositories.agents.create(makeAgent());
  repositories.tickets.create(makeTicket());
  repositories.epics.create(makeEpic());
  repositories.stages.create(makeStage());
  repositories.gates.create(makeGate());
  repositories.proposals.create(makeProposal());
  repositories.journeys.create(makeJourney());
  repositories.journeyStages.create(makeJourneyStage());
  repositories.terminals.create(makeTerminal());
}

describe('every repository', () => {
  beforeEach(createParents);

  const cases = {
    projects: makeProject({ id: 'x', repositoryName: 'owner/x', shortDescription: 'X' }),
    workerTypes: makeWorkerType({ id: 'x', shortDescription: 'X' }),
    comments: makeComment({ id: 'x', workerType: 'coder', workerId: 'agt_1', stageNumber: 2 }),
    events: makeEvent({
      ...{ id: 'x', processed: true, processedAt: LATER, resolution: 'Done', stage: 'coder' },
      ...{ ticketId: 'tkt_1', workerId: 'agt_1', subject: 'tickets', subjectId: 'tkt_1' },
      ...{ before: { status: 'a' }, after: { status: 'b' }, reason: 'why' },
    }),
    epics: makeEpic({
      ...{ id: 'x', githubId: 4, githubUrl: 'u', acceptanceCriteria: ['a', 'b'], repoUrl: 'r' },
      ...{ currentStageId: 'stg_1', blockedAtGateId: 'gat_1', completedAt: LATER },
    }),
    stages: makeStage({ id: 'x', description: 'd', startedAt: LATER, completedAt: LATER }),
    gates: makeGate({
      ...{ id: 'x', requiredApprovers: ['ann', 'bob'], approvalsNeeded: 2, approvedBy: ['ann'] },
      ...{ status: 'rejected', rejectionReason: 'no', approvedAt: LATER },
    }),
    gateComments: makeGateComment({ id: 'x' }),
    pullRequests: makePullRequest({
      ...{ id: 'x', status: 'merged', checksPassing: true, mergedAt: LATER },
    }),
    proposals: makeProposal({
      ...{ id: 'x', relatedTicketId: 'tkt_1', affectedComponents: ['ui'], options: ['a', 'b'] },
      ...{ chosenOption: 'a', requiredVoters: ['pm'], implementationPlan: 'i', rollbackPlan: 'r' },
      ...{ executionResult: { ok: true }, forcedBy: 'f', forceReason: 'fr', vetoedBy: 'v' },
      ...{ vetoReason: 'vr', votingDeadline: LATER, resolvedAt: LATER, executedAt: LATER },
    }),
    votes: makeVote({ id: 'x', confidence: 0.25 }),
    decisions: makeDecision({
      ...{
        id: 'x',
        proposalId: 'prp_1',
        ticketId: 'tkt_1',
        epicId: 'epc_1',
        outcome: { votes: 3 },
      },
    }),
    agentLogs: makeAgentLog({ id: 'x', ticketId: 'tkt_1', level: 'error', context: { a: [1] } }),
    syncStates: makeSyncState({
      id: 'x',
      lastIssueId: 1,
      lastPrId: 2,
      etag: 'e',
      syncErrors: ['s'],
    }),
    journeys: makeJourney({ id: 'x', settings: { maxStages: 3, autoAdvance: false, kept: 'k' } }),
    journeyStages: makeJourneyStage({ id: 'x', prompt: 'p', result: 'r', thinking: 't' }),
    artifacts: makeArtifact({ id: 'x', metadata: { language: 'ts' } }),
    terminals: makeTerminal({
      ...{ id: 'x', projectId: 'prj_1', port: 4301, pid: 9, sessionId: 's', command: 'sh' },
    }),
    annotations: makeAnnotation({ id: 'x', port: 4302, pid: 9, agentId: 'agt_1' }),
    portAllocations: makePortAllocation({ id: 'x', projectId: 'prj_1', pid: 9 }),
    importRecords: makeImportRecord({
      ...{ id: 'x', raw: { a: null }, targetTable: 'tickets', targetId: 'tkt_1' },
    }),
    tickets: makeTicket({
      ...{ id: 'x', projectId: 'prj_1', kind: 'bug', executionPlan: ['coder'], epicId: 'epc_1' },
      ...{ lastCompletedStage: 'coder', stageId: 'stg_1', githubId: 7, githubUrl: 'u' },
      ...{ repoPath: '/r', repoUrl: 'u', worktreePath: '/w', branchName: 'b', agentType: 'coder' },
      ...{ assignedAt: LATER, completedAt: LATER, closedAt: LATER, archivedAt: LATER },
    }),
    agents: makeAgent({
      ...{ id: 'x', projectId: 'prj_1', agentType: 'architect', pid: 5, port: 4200 },
      ...{ queueName: 'q', worktreePath: '/w', sessionId: 's', command: 'c', startedAt: LATER },
      ...{ lastHeartbeatAt: LATER, completedAt: LATER, metrics: { done: 4 } },
    }),
  };

  it.each(Object.keys(cases) as (keyof typeof cases)[])(
    'creates, gets, updates, counts, upserts and deletes: %s',
    (name) => {
      const repository = repositories[name] as unknown as {
        create(entity: object): object;
        get(id: string): unknown;
        update(id: string, patch: object): unknown;
        upsert(entity: object): unknown;
        countQuery(): number;
        delete(id: string): void;
      };
      const entity = cases[name];
      const before = repository.countQuery();
      expect(repository.create(entity)).toEqual(entity);
      expect(repository.get('x')).toEqual(entity);
      expect(repository.countQuery()).toBe(before + 1);
      expect(repository.update('x', {})).toEqual(entity);

      const required = Object.fromEntries(
        Object.entries(entity).filter(([field]) => !optionalFields(name).includes(field)),
      );
      const cleared = Object.fromEntries(optionalFields(name).map((field) => [field, null]));
      expect(repository.update('x', { ...cleared, ...statusWithout[name] })).toEqual({
        ...required,
        ...statusWithout[name],
      });
      repository.upsert(entity);
      expect(repository.get('x')).toEqual(entity);
      expect(repository.countQuery()).toBe(before + 1);
      repository.delete('x');
      repository.upsert(entity);
      expect(repository.get('x')).toEqual(entity);
      repository.delete('x');
      expect(repository.get('x')).toBeNull();
      expect(() => {
        repository.delete('x');
      }).toThrow(expect.objectContaining({ code: 'NotFound' }));
    },
  );

  /** Statuses that a cleared field would contradict. */
  const statusWithout: Partial<Record<keyof typeof cases, object>> = {
    gates: { status: 'pending' },
  };

  function optionalFields(name: keyof typeof cases): string[] {
    const nullable = database
      .all(`PRAGMA table_info(${tables[name]})`)
      .filter(([, , , notNull, , primaryKey]) => notNull === 0 && primaryKey === 0)
      .map(([, column]) =>
        String(column).replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      );
    return Object.keys(cases[name]).filter((field) => nullable.includes(field));
  }

  const tables: Record<keyof typeof cases, string> = {
    ...{ projects: 'projects', workerTypes: 'worker_types', comments: 'comments' },
    ...{ events: 'events', epics: 'epics', stages: 'stages', gates: 'gates' },
    ...{ gateComments: 'gate_comments', pullRequests: 'pull_requests', proposals: 'proposals' },
    ...{ votes: 'votes', decisions: 'decisions', agentLogs: 'agent_logs' },
    ...{ syncStates: 'sync_state', journeys: 'journeys', journeyStages: 'journey_stages' },
    ...{ artifacts: 'artifacts', terminals: 'terminals', annotations: 'annotations' },
    ...{ portAllocations: 'port_allocations', importRecords: 'import_records' },
    ...{ tickets: 'tickets', agents: 'agents' },
  };

  it('keeps settings by key', () => {
    const { config } = repositories;
    expect(config.get('a')).toBeNull();
    config.upsert({ key: 'b', value: '1', updatedAt: LATER });
    config.upsert({ key: 'a', value: '1', updatedAt: LATER });
    config.upsert({ key: 'a', value: '2', updatedAt: LATER });
    expect(config.get('a')).toEqual({ key: 'a', value: '2', updatedAt: LATER });
    expect(config.list().map(({ key }) => key)).toEqual(['a', 'b']);
    database.run("UPDATE config_store SET value = x'00' WHERE key = 'b'");
    expect(config.list().map(({ key }) => key)).toEqual(['a']);
    expect(config.get('b')).toBeNull();
    expect(config.findProblems().problems).toEqual([
      { table: 'config_store', id: 'b', column: 'value', why: 'is not a text' },
    ]);
    expect(config.delete('a')).toBe(true);
    expect(config.delete('a')).toBe(false);
  });
});

describe('lists', () => {
  beforeEach(createParents);

  it('of projects start with the newest (list_all), and one is found by name (get_by_name)', () => {
    repositories.projects.create(
      makeProject({ id: 'prj_2', repositoryName: 'owner/two', createdAt: LATER }),
    );
    expect(repositories.projects.list().map(({ id }) => id)).toEqual(['prj_2', 'prj_1']);
    expect(repositories.projects.list({ limit: 1, offset: 1 }).map(({ id }) => id)).toEqual([
      'prj_1',
    ]);
    expect(repositories.projects.count({ limit: 1 })).toBe(2);
    expect(repositories.projects.getByName('owner/two')?.id).toBe('prj_2');
    expect(repositories.projects.getByName('nobody/none')).toBeNull();
  });

  it('of worker types are by name, and one is found by project and name', () => {
    for (const workerType of ['tester', 'coder']) {
      repositories.workerTypes.create(makeWorkerType({ id: workerType, workerType }));
    }
    expect(repositories.workerTypes.list({ projectId: 'prj_1' }).map(({ id }) => id)).toEqual([
      'coder',
      'tester',
    ]);
    expect(repositories.workerTypes.getByName('prj_1', 'coder')?.id).toBe('coder');
    expect(repositories.workerTypes.getByName('prj_2', 'coder')).toBeNull();
  });

  it('of tickets by status are by priority and then age (list_by_status)', () => {
    for (const [id, priority, createdAt] of [
      ['low', 'low', '2024-01-01T00:00:00.000Z'],
      ['young', 'critical', LATER],
      ['old', 'critical', '2024-01-01T00:00:00.000Z'],
      ['high', 'high', LATER],
      ['medium', 'medium', LATER],
    ] as const) {
      repositories.tickets.create(makeTicket({ id, priority, createdAt, status: 'ready' }));
    }
    expect(repositories.tickets.list({ status: ['ready'] }).map(({ id }) => id)).toEqual([
      ...['old', 'young', 'high', 'medium', 'low'],
    ]);
  });

  it('of tickets are narrowed by project, kind, epic, stage, agent type, repository and GitHub number', () => {
    const ticket = makeTicket({
      ...{ id: 'x', projectId: 'prj_1', kind: 'bug', epicId: 'epc_1', stageId: 'stg_1' },
      ...{ agentType: 'pm', repoPath: '/r', githubId: 7 },
    });
    repositories.tickets.create(ticket);
    const ids = (filter: Parameters<typeof repositories.tickets.list>[0]) =>
      repositories.tickets.list(filter).map(({ id }) => id);
    expect(ids({ projectId: ['prj_1'] })).toEqual(['x']);
    expect(ids({ projectId: [null] })).toEqual(['tkt_1']);
    expect(ids({ kind: ['bug', 'chore'] })).toEqual(['x']);
    expect(ids({ epicId: ['epc_1'] })).toEqual(['x']);
    expect(ids({ stageId: ['stg_1'] })).toEqual(['x']);
    expect(ids({ agentType: ['pm'] })).toEqual(['x']);
    expect(ids({ repoPath: '/r' })).toEqual(['x']);
    expect(ids({ githubId: 7 })).toEqual(['x']);
  });

  it('of comments and remarks keep the order in which they were added', () => {
    for (const id of ['c', 'a', 'b']) {
      repositories.comments.create(makeComment({ id }));
      repositories.gateComments.create(makeGateComment({ id }));
    }
    expect(repositories.comments.list({ ticketId: 'tkt_1' }).map(({ id }) => id)).toEqual([
      'c',
      'a',
      'b',
    ]);
    expect(repositories.gateComments.listByGate('gat_1').map(({ id }) => id)).toEqual([
      'c',
      'a',
      'b',
    ]);
  });

  it('of events are a queue of what is unprocessed, the oldest first, or a trail, the newest first', () => {
    repositories.events.create(makeEvent({ id: 'b' }));
    repositories.events.create(makeEvent({ id: 'a', workerId: 'agt_1' }));
    repositories.events.create(
      makeEvent({
        id: 'c',
        eventType: 'status_changed',
        processed: true,
        ticketId: 'tkt_1',
        actor: 'human',
      }),
    );
    const ids = (filter?: Parameters<typeof repositories.events.list>[0]) =>
      repositories.events.list(filter).map(({ id }) => id);
    expect(repositories.events.listUnprocessed().map(({ id }) => id)).toEqual(['b', 'a']);
    expect(repositories.events.listUnprocessed(1).map(({ id }) => id)).toEqual(['b']);
    expect(ids()).toEqual(['c', 'a', 'b']);
    expect(ids({ processed: true })).toEqual(['c']);
    expect(ids({ eventType: ['status_changed', 'worker_stale'] })).toEqual(['c']);
    expect(ids({ ticketId: 'tkt_1' })).toEqual(['c']);
    expect(ids({ workerId: 'agt_1' })).toEqual(['a']);
    expect(ids({ actor: 'human' })).toEqual(['c']);
    expect(repositories.events.count({ processed: false, limit: 1 })).toBe(2);
    repositories.events.create(makeEvent({ id: 'd', undoesEventId: 'c' }));
    expect(repositories.events.getUndoOf('c')?.id).toBe('d');
    expect(repositories.events.getUndoOf('b')).toBeNull();
    expect(() => repositories.events.create(makeEvent({ id: 'e', undoesEventId: 'c' }))).toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
  });

  it('of epics, stages and gates follow their owners', () => {
    repositories.epics.create(
      makeEpic({ id: 'new', createdAt: LATER, repoPath: '/r', status: 'ready' }),
    );
    repositories.stages.create(makeStage({ id: 'stg_0', epicId: 'new', stageOrder: 1 }));
    repositories.stages.create(makeStage({ id: 'stg_9', epicId: 'new', stageOrder: 0 }));
    repositories.gates.create(makeGate({ id: 'far', stageId: 'stg_9', status: 'approved' }));
    expect(repositories.epics.list().map(({ id }) => id)).toEqual(['new', 'epc_1']);
    expect(repositories.epics.list({ status: ['ready'] }).map(({ id }) => id)).toEqual(['new']);
    expect(repositories.epics.list({ repoPath: '/r' }).map(({ id }) => id)).toEqual(['new']);
    expect(repositories.stages.listByEpic('new').map(({ id }) => id)).toEqual(['stg_9', 'stg_0']);
    expect(repositories.gates.list({ stageId: 'stg_1' }).map(({ id }) => id)).toEqual(['gat_1']);
    expect(repositories.gates.list({ epicId: 'new' }).map(({ id }) => id)).toEqual(['far']);
    expect(repositories.gates.list({ status: ['pending'] }).map(({ id }) => id)).toEqual(['gat_1']);
    expect(repositories.gates.count({ epicId: 'new', limit: 1 })).toBe(1);
  });

  it('of pull requests, proposals, votes and decisions', () => {
    repositories.pullRequests.create(makePullRequest());
    repositories.pullRequests.create(
      makePullRequest({ id: 'pul_2', createdAt: LATER, status: 'draft' }),
    );
    expect(repositories.pullRequests.list({ ticketId: 'tkt_1' }).map(({ id }) => id)).toEqual([
      'pul_2',
      'pul_1',
    ]);
    expect(repositories.pullRequests.list({ status: ['draft'] }).map(({ id }) => id)).toEqual([
      'pul_2',
    ]);

    repositories.proposals.create(
      makeProposal({
        ...{ id: 'due', status: 'voting', votingDeadline: LATER, createdAt: LATER },
        ...{ relatedTicketId: 'tkt_1', proposalType: 'governance_rule' },
      }),
    );
    repositories.proposals.create(makeProposal({ id: 'open', votingDeadline: LATER }));
    expect(repositories.proposals.listOverdue(LATER).map(({ id }) => id)).toEqual(['due']);
    expect(repositories.proposals.listOverdue('2026-01-31T00:00:00.000Z')).toEqual([]);
    expect(repositories.proposals.list({ status: ['voting'] }).map(({ id }) => id)).toEqual([
      'due',
    ]);
    expect(repositories.proposals.list({ relatedTicketId: 'tkt_1' }).map(({ id }) => id)).toEqual([
      'due',
    ]);
    expect(
      repositories.proposals.list({ proposalType: ['governance_rule'] }).map(({ id }) => id),
    ).toEqual(['due']);
    expect(repositories.proposals.count({ proposerId: 'agt_1' })).toBe(3);

    repositories.votes.create(makeVote());
    expect(repositories.votes.listByProposal('prp_1').map(({ id }) => id)).toEqual(['vot_1']);
    expect(repositories.votes.listByVoter('agt_1').map(({ id }) => id)).toEqual(['vot_1']);
    expect(repositories.votes.getByVoter('prp_1', 'agt_1')?.id).toBe('vot_1');
    expect(repositories.votes.getByVoter('due', 'agt_1')).toBeNull();
    expect(() => repositories.votes.create(makeVote({ id: 'again' }))).toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );

    repositories.decisions.create(makeDecision({ proposalId: 'prp_1' }));
    repositories.decisions.create(
      makeDecision({
        id: 'dec_2',
        epicId: 'epc_1',
        createdAt: LATER,
        decisionType: 'gate_approved',
      }),
    );
    expect(repositories.decisions.list().map(({ id }) => id)).toEqual(['dec_2', 'dec_1']);
    expect(repositories.decisions.list({ epicId: 'epc_1' }).map(({ id }) => id)).toEqual(['dec_2']);
    expect(
      repositories.decisions.list({ decisionType: ['gate_approved'] }).map(({ id }) => id),
    ).toEqual(['dec_2']);
  });

  it('of logs go back from a line, and old lines can be deleted', () => {
    for (const id of ['c', 'a', 'b']) repositories.agentLogs.create(makeAgentLog({ id }));
    repositories.agentLogs.create(
      makeAgentLog({ id: 'late', createdAt: LATER, level: 'error', ticketId: 'tkt_1' }),
    );
    const ids = (filter: Parameters<typeof repositories.agentLogs.list>[0]) =>
      repositories.agentLogs.list(filter).map(({ id }) => id);
    expect(ids({ agentId: 'agt_1' })).toEqual(['late', 'b', 'a', 'c']);
    expect(ids({ agentId: 'agt_1', beforeId: 'b', limit: 1 })).toEqual(['a']);
    expect(ids({ level: ['error', 'warn'] })).toEqual(['late']);
    expect(ids({ ticketId: 'tkt_1' })).toEqual(['late']);
    expect(repositories.agentLogs.count({ level: ['info'] })).toBe(3);
    expect(repositories.agentLogs.deleteBefore(LATER)).toBe(3);
    expect(ids({})).toEqual(['late']);
  });

  it('of stages and artifacts of a journey come whole, in two queries for all of them (getWithStages)', () => {
    repositories.journeyStages.create(
      makeJourneyStage({ id: 'jst_0', type: 'building', status: 'running' }),
    );
    repositories.artifacts.create(makeArtifact({ id: 'z' }));
    repositories.artifacts.create(makeArtifact({ id: 'a', type: 'code' }));
    repositories.journeys.create(makeJourney({ id: 'other', createdAt: LATER, status: 'paused' }));
    const watched = watchQueries(database);
    const journey = repositories.journeys.getWithStages('jny_1');
    expect(watched.count - 1).toBe(2);
    expect(journey).toMatchObject({ id: 'jny_1', input: 'Why?' });
    expect(
      journey?.stages.map(({ id, artifacts }) => [id, artifacts.map((artifact) => artifact.id)]),
    ).toEqual([
      ['jst_1', ['z', 'a']],
      ['jst_0', []],
    ]);
    expect(repositories.journeys.getWithStages('nobody')).toBeNull();
    expect(repositories.journeys.list().map(({ id }) => id)).toEqual(['other', 'jny_1']);
    expect(repositories.journeys.list({ status: ['paused'] }).map(({ id }) => id)).toEqual([
      'other',
    ]);
    expect(repositories.journeyStages.listByJourney('jny_1').map(({ id }) => id)).toEqual([
      'jst_1',
      'jst_0',
    ]);
    expect(repositories.journeyStages.listByStatus('running').map(({ id }) => id)).toEqual([
      'jst_0',
    ]);
    expect(repositories.journeyStages.countByJourney('jny_1')).toBe(2);
    expect(repositories.artifacts.listByStage('jst_1').map(({ id }) => id)).toEqual(['z', 'a']);
    expect(repositories.artifacts.list({ type: ['code'] }).map(({ id }) => id)).toEqual(['a']);
  });

  it('of terminals, annotations, port blocks, imports and exchanges', () => {
    repositories.annotations.create(makeAnnotation({ agentId: 'agt_1' }));
    repositories.annotations.create(
      makeAnnotation({
        id: 'ann_2',
        parentType: 'terminal',
        terminalId: 'trm_1',
        createdAt: LATER,
      }),
    );
    repositories.portAllocations.create(
      makePortAllocation({ id: 'high', basePort: 4300, projectPath: '/high' }),
    );
    repositories.portAllocations.create(makePortAllocation());
    repositories.importRecords.create(makeImportRecord());
    repositories.syncStates.upsert(makeSyncState());
    expect(repositories.terminals.list().map(({ id }) => id)).toEqual(['trm_1']);
    expect(repositories.annotations.list().map(({ id }) => id)).toEqual(['ann_1', 'ann_2']);
    expect(
      repositories.annotations.listByParent({ terminalId: 'trm_1' }).map(({ id }) => id),
    ).toEqual(['ann_2']);
    expect(repositories.portAllocations.list().map(({ id }) => id)).toEqual(['prt_1', 'high']);
    expect(repositories.portAllocations.getByPath('/high')?.id).toBe('high');
    expect(repositories.portAllocations.getByPath('/none')).toBeNull();
    expect(repositories.importRecords.getBySource('dispatch', 'issues', '1')?.id).toBe('imp_1');
    expect(repositories.importRecords.getBySource('dispatch', 'issues', '2')).toBeNull();
    expect(repositories.importRecords.list({ sourceSystem: 'dispatch' })).toHaveLength(1);
    expect(repositories.syncStates.list().map(({ id }) => id)).toEqual(['github']);
  });
});

describe('indexes', () => {
  beforeEach(createParents);

  const lists: Readonly<Record<string, (r: Repositories) => unknown>> = {
    projects: (r) => r.projects.list(),
    'a project by name': (r) => r.projects.getByName('x'),
    'worker types of a project': (r) => r.workerTypes.list({ projectId: 'x' }),
    'tickets of a project': (r) => r.tickets.list({ projectId: ['x'], orderBy: 'position' }),
    'tickets of an epic': (r) => r.tickets.list({ epicId: ['x'], orderBy: 'position' }),
    'tickets of a stage': (r) => r.tickets.list({ stageId: ['x'], orderBy: 'position' }),
    'tickets of a repository': (r) => r.tickets.list({ repoPath: 'x', orderBy: 'position' }),
    'comments of a ticket': (r) => r.comments.list({ ticketId: 'x' }),
    'all events': (r) => r.events.list(),
    'the queue of events': (r) => r.events.listUnprocessed(),
    'events of a ticket': (r) => r.events.list({ ticketId: 'x' }),
    'events of a worker': (r) => r.events.list({ workerId: 'x' }),
    'events of a row': (r) => r.events.list({ subject: 'epics', subjectId: 'x' }),
    'events of an actor': (r) => r.events.list({ actor: 'human' }),
    'events of a type': (r) => r.events.list({ eventType: ['worker_stopped'] }),
    'the undo of an event': (r) => r.events.getUndoOf('x'),
    epics: (r) => r.epics.list(),
    'epics of a status': (r) => r.epics.list({ status: ['draft'] }),
    'epics of a repository': (r) => r.epics.list({ repoPath: 'x' }),
    'stages of an epic': (r) => r.stages.listByEpic('x'),
    'gates of a stage': (r) => r.gates.list({ stageId: 'x' }),
    'gates that wait': (r) => r.gates.list({ status: ['pending'] }),
    'remarks on a gate': (r) => r.gateComments.listByGate('x'),
    'pull requests': (r) => r.pullRequests.list(),
    'pull requests of a ticket': (r) => r.pullRequests.list({ ticketId: 'x' }),
    'pull requests of a status': (r) => r.pullRequests.list({ status: ['open'] }),
    proposals: (r) => r.proposals.list(),
    'proposals of a status': (r) => r.proposals.list({ status: ['open'] }),
    'proposals of a type': (r) => r.proposals.list({ proposalType: ['governance_rule'] }),
    'proposals about a ticket': (r) => r.proposals.list({ relatedTicketId: 'x' }),
    'proposals of an agent': (r) => r.proposals.list({ proposerId: 'x' }),
    'votes on a proposal': (r) => r.votes.listByProposal('x'),
    'votes of an agent': (r) => r.votes.listByVoter('x'),
    decisions: (r) => r.decisions.list(),
    'decisions on a proposal': (r) => r.decisions.list({ proposalId: 'x' }),
    'decisions about a ticket': (r) => r.decisions.list({ ticketId: 'x' }),
    'decisions about an epic': (r) => r.decisions.list({ epicId: 'x' }),
    'decisions of a type': (r) => r.decisions.list({ decisionType: ['gate_approved'] }),
    logs: (r) => r.agentLogs.list(),
    'logs of an agent': (r) => r.agentLogs.list({ agentId: 'x' }),
    'logs about a ticket': (r) => r.agentLogs.list({ ticketId: 'x' }),
    'logs of a level': (r) => r.agentLogs.list({ level: ['error'] }),
    settings: (r) => r.config.list(),
    journeys: (r) => r.journeys.list(),
    'journeys of a status': (r) => r.journeys.list({ status: ['running'] }),
    'stages of a status': (r) => r.journeyStages.listByStatus('running'),
    artifacts: (r) => r.artifacts.list(),
    'artifacts of a stage': (r) => r.artifacts.listByStage('x'),
    'artifacts of a type': (r) => r.artifacts.list({ type: ['code'] }),
    terminals: (r) => r.terminals.list(),
    annotations: (r) => r.annotations.list(),
    'annotations of an agent': (r) => r.annotations.listByParent({ agentId: 'x' }),
    'annotations of a terminal': (r) => r.annotations.listByParent({ terminalId: 'x' }),
    'port blocks': (r) => r.portAllocations.list(),
    'the ports of a folder': (r) => r.portAllocations.getByPath('x'),
    'import records': (r) => r.importRecords.list(),
    'the record of a foreign row': (r) => r.importRecords.getBySource('x', 'y', 'z'),
    'the records of a row': (r) => r.importRecords.list({ targetTable: 'x', targetId: 'y' }),
    'exchange states': (r) => r.syncStates.list(),
  };

  /** Few rows, which are sorted once they are found. */
  const shortLists: typeof lists = {
    'a ticket by its GitHub number': (r) => r.tickets.list({ githubId: 1 }),
    'proposals that are overdue': (r) => r.proposals.listOverdue('x'),
    'a whole journey': (r) => r.journeys.getWithStages('jny_1'),
  };

  function plansOf(list: (r: Repositories) => unknown): string[] {
    const { plans } = watchQueries(database);
    list(repositories);
    expect(plans.length).toBeGreaterThan(0);
    return plans;
  }

  it.each(Object.entries(lists))('serve %s without reading or sorting the table', (_what, list) => {
    for (const step of plansOf(list)) expect(step).not.toMatch(/^SCAN \S+$|TEMP B-TREE/);
  });

  it.each(Object.entries(shortLists))('serve %s without reading the table', (_what, list) => {
    for (const step of plansOf(list)) expect(step).not.toMatch(/^SCAN \S+$/);
  });
});

describe('the change feed', () => {
  beforeEach(createParents);

  it('names the rows that go with a deleted one, and those that lose a reference to it', () => {
    repositories.tickets.create(
      makeTicket({ id: 'tkt_2', projectId: 'prj_1', epicId: 'epc_1', stageId: 'stg_1' }),
    );
    repositories.comments.create(makeComment({ ticketId: 'tkt_2' }));
    repositories.runs.create(makeRun({ ticketId: 'tkt_2' }));
    repositories.events.create(makeEvent({ ticketId: 'tkt_2' }));
    repositories.gateComments.create(makeGateComment());
    repositories.epics.update('epc_1', { blockedAtGateId: 'gat_1' });
    const of = (table: string, id: string) =>
      dependentsOf(database, table, id)
        .map((change) => `${change.table} ${change.id}`)
        .sort();
    expect(of('projects', 'prj_1')).toEqual([
      ...['comments cmt_1', 'events evt_1', 'ticket_runs run_1', 'tickets tkt_2'],
    ]);
    expect(of('epics', 'epc_1')).toEqual([
      ...['epics epc_1', 'gate_comments gcm_1', 'gates gat_1', 'stages stg_1', 'tickets tkt_2'],
    ]);
    const changes: unknown[] = [];
    database.onChange((set) => changes.push(...set.keys()));
    repositories.epics.delete('epc_1');
    expect(changes.sort()).toEqual(['epics', 'gate_comments', 'gates', 'stages', 'tickets']);
    expect(repositories.tickets.get('tkt_2')).not.toHaveProperty('stageId');
  });
});
