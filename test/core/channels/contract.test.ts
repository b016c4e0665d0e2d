import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../src/shared/api.ts';
import {
  channels,
  namespaces,
  pushEventNames,
  type PushPayload,
  type SweatShopApi,
} from '../../../src/shared/ipc-channels.ts';
import type { Transport } from '../../../src/shared/transport.ts';
import { ticketRow } from '../../support/import-source.ts';
import { useGovernanceChannels, useProjectChannels } from '../../support/project-day.ts';
import { useJourneyChannels, useTerminalChannels } from '../../support/workshop-day.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

describe('the contract', () => {
  it('keeps the channel names of the first seed to the letter', () => {
    const seed = [
      'ticket:list ticket:get ticket:create ticket:update ticket:delete',
      'agent:list agent:get agent:create agent:update',
      'org:list org:claim org:release chat:history chat:send',
      'run:list run:get run:current',
    ].join(' ');
    expect([...channels.keys()]).toEqual(expect.arrayContaining(seed.split(' ')));
    expect(pushEventNames).toEqual(
      expect.arrayContaining(['chat:on-message', 'agent:status-changed', 'agent:terminal-data']),
    );
  });

  it('has no name twice', () => {
    const members = Object.values(namespaces).flatMap((namespace) => Object.values(namespace));
    expect(new Set(members.map(({ name }) => name)).size).toBe(members.length);
  });
});

describe('call', () => {
  it('answers an unknown channel, missing, wrong and surplus arguments without throwing', async () => {
    const codeOf = async (channel: string, ...args: unknown[]) => {
      const answer = await test.app.call(channel, args);
      return answer.ok ? 'ok' : `${answer.error.code}: ${answer.error.message}`;
    };
    expect(await codeOf('ticket:steal')).toBe('NotFound: There is no channel ticket:steal.');
    expect(await codeOf('__proto__')).toMatch(/^NotFound/);
    expect(await codeOf('ticket:get')).toBe('InvalidInput: id: must be given');
    expect(await codeOf('ticket:get', { $ne: 1 })).toMatch(/^InvalidInput: id: expected string/);
    expect(await codeOf('ticket:get', 'a', 'b')).toMatch(
      /^InvalidInput: expected at most 1 argument/,
    );
    expect(await codeOf('ticket:list', { status: 'done' })).toMatch(
      /^InvalidInput: status: must be one of "backlog"/,
    );
    expect(await codeOf('ticket:list', { ids: [''] })).toMatch(
      /^InvalidInput: ids\.0: must not be empty/,
    );
    expect(await codeOf('ticket:list', { text: 'a'.repeat(60_000) })).toMatch(
      /^InvalidInput: text/,
    );
    const tooMany = new Array(1_000_000).fill(1);
    expect(await codeOf('ticket:list', { ids: tooMany })).toBe(
      'InvalidInput: ids: must have at most 100000 items',
    );
    expect(await codeOf('ticket:list', { ids: tooMany.slice(0, 5_000) })).toMatch(
      /^InvalidInput: ids\.0: .*ids\.19: [^;]*$/,
    );
    expect(await codeOf('run:list', { agent: 'x' })).toMatch(
      /^InvalidInput: agent: is not a known field/,
    );
  });

  it('tells the version of SQLite, as a health check wants it', async () => {
    const [version] = test.database.get('SELECT sqlite_version()') ?? [];
    expect(await test.api.app.info()).toMatchObject({ host: 'browser', sqliteVersion: version });
    expect(version).toMatch(/^3\.\d+\.\d+$/);
  });

  it('answers nothing any more once calls are refused', async () => {
    test.app.refuseCalls();
    expect(await test.app.call('ticket:create', [{ title: 'Too late' }])).toMatchObject({
      ok: false,
      error: { code: 'Unavailable' },
    });
    expect(test.app.services.tickets.count()).toBe(0);
  });

  it('gives results and pushes that fit the contract, and announces every row that changed', async () => {
    const called = new Set<string>();
    const transport: Transport = {
      async invoke(name, args) {
        called.add(name);
        const before = readRows(test);
        test.pushes.length = 0;
        const answer = await test.app.call(name, args);
        if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`);
        v.parse(channels.get(name)?.result ?? v.never(), answer.value);
        for (const { event, payload } of test.pushes)
          v.parse(payloads.get(event) ?? v.never(), payload);
        expect(announcedRows(test), name).toEqual(
          expect.arrayContaining(changedRows(before, readRows(test))),
        );
        return answer;
      },
      on: () => () => undefined,
    };
    const api = createApi(transport);
    await useEveryChannel(api);
    await useProjectChannels(api);
    await useGovernanceChannels(api);
    await useJourneyChannels(api);
    await useTerminalChannels(api);
    expect([...channels.keys()].filter((name) => !called.has(name))).toEqual(NEED_A_DISK);
  });
});

/** Calls that a disk without damage, or without a copy, cannot answer well. */
const NEED_A_DISK = ['db:restore', 'db:reset', 'db:resolve-conflict', 'db:recover'];

const payloads = new Map(
  Object.values(namespaces)
    .flatMap((namespace) => Object.values(namespace))
    .flatMap((member) => (member.kind === 'event' ? [[member.name, member.payload]] : [])),
);

/** Every row of every table as text, by table and id. */
function readRows({ database }: TestApp): Map<string, string> {
  const tables = database.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' " +
      "AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_fts%' ESCAPE '\\'",
  );
  return new Map(
    tables.flatMap(([name]) => {
      const table = String(name);
      const key = table === 'config_store' ? 'key' : 'id';
      return database
        .all(`SELECT ${key}, * FROM ${table}`)
        .map(([id, ...values]): [string, string] => [`${table} ${String(id)}`, values.join('|')]);
    }),
  );
}

function changedRows(before: Map<string, string>, after: Map<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key));
}

function announcedRows({ pushes }: TestApp): string[] {
  return pushes
    .filter(({ event }) => event === 'db:changed')
    .flatMap(({ payload }) =>
      Object.entries((payload as PushPayload<'db:changed'>).tables).flatMap(([table, ids]) =>
        (ids ?? []).map((id) => `${table} ${id}`),
      ),
    );
}

/** One working day: each call of the contract at least once, each of them answered well. */
async function useEveryChannel(api: SweatShopApi): Promise<void> {
  await api.app.info();
  await api.db.status();
  await api.db.flush();
  await api.db.check();
  await api.db.backup();
  await api.db.backups();
  await api.db.recovery();

  const first = await api.tickets.create({ title: 'First', labels: ['ui'], priority: 'high' });
  const second = await api.tickets.create({ title: 'Second', dependsOn: [first.id] });
  await api.tickets.update(second.id, { description: '# More' });
  await api.tickets.move(first.id, { status: 'ready' });
  await api.tickets.list({ status: ['ready', 'backlog'], label: 'ui', limit: 10 });
  await api.tickets.cards();
  await api.tickets.count();
  await api.tickets.get('tkt_nobody');
  await api.tickets.ready();
  await api.tickets.blocked();
  await api.tickets.labels();
  await api.tickets.setLimits({ in_progress: 3 });
  await api.tickets.limits();
  await api.tickets.updateMany([first.id, second.id], { addLabels: ['both'] });
  await api.tickets.archive(second.id);
  await api.tickets.unarchive(second.id);
  await api.tickets.reopen(second.id, 'Not done after all');
  await api.history.last();
  await api.history.undo();
  await api.search.find({ text: 'fir' });
  await api.db.problems();
  await api.analytics.setPrices({ currency: 'USD' });
  await api.analytics.prices();

  const { uploadId } = await api.imports.begin({ system: 'csv', name: 'tickets.csv' });
  await api.imports.add(uploadId, [ticketRow('A-1'), ticketRow('A-2', {}, ['A-1'])]);
  await api.imports.finish(uploadId);
  await api.imports.cancel((await api.imports.begin({ system: 'csv', name: 'x' })).uploadId);

  const org = await api.orgs.create({ alias: 'one' });
  await api.orgs.update(org.id, { expiresAt: '2030-01-01T00:00:00.000Z' });
  await api.orgs.list();
  await api.orgs.get(org.id);

  const agent = await api.agents.create();
  const { run } = await api.agents.assign(agent.id, { ticketId: first.id, org: true });
  await api.agents.list();
  await api.agents.get(agent.id);
  await api.agents.update(agent.id, { status: 'BRANCHING', branchName: 'b/first' });
  await api.agents.update(agent.id, { status: 'DEVELOPING' });
  await api.agents.heartbeat(agent.id, { pid: 7 });
  await api.agents.stale();
  await api.agents.markStale();
  await api.agents.writeTerminal(agent.id, 'npm test');
  await api.agents.ask(agent.id, 'Which way?');
  await api.chat.send(agent.id, 'That way');
  await api.chat.post(agent.id, { role: 'agent', content: 'Thanks' });
  await api.chat.history(agent.id, { limit: 1 });
  await api.agents.fail(agent.id, 'Crash');
  await api.agents.update(agent.id, { status: 'PROVISIONING' });
  await api.agents.update(agent.id, { status: 'QA_READY' });
  await api.agents.reject(agent.id, 'Once more');
  for (const status of ['DEVELOPING', 'PROVISIONING', 'QA_READY'] as const) {
    await api.agents.update(agent.id, { status });
  }
  await api.runs.addTokens(run.id, { promptTokens: 1 });
  await api.runs.incrementIntervention(run.id, { type: 'guidance', agentMessage: '' });
  await api.runs.current(agent.id);
  const prompt = await api.prompts.create({ ticketId: first.id, runId: run.id, promptText: 'Do' });
  await api.prompts.list();
  await api.prompts.get(prompt.id);
  await api.agents.approve(agent.id);
  await api.agents.merge(agent.id);

  const byHand = await api.runs.create({ ticketId: second.id, agentId: agent.id });
  await api.runs.complete(byHand.id);
  await api.runs.get(byHand.id);
  await api.runs.list();
  await api.analytics.report({ groupBy: 'agent' });
  await api.orgs.claim(agent.id, org.id);
  await api.orgs.release(org.id);
  await api.orgs.delete(org.id);
  await api.agents.assign(agent.id, { ticketId: second.id });
  await api.agents.stop(agent.id);
  await api.prompts.delete(prompt.id);
  await api.prompts.create({ ticketId: first.id, runId: run.id, promptText: 'Again' });
  await api.tickets.delete(first.id, { withHistory: true });
  await api.agents.delete(agent.id, { withHistory: true });
}
