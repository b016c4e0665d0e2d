import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportReport, ImportRow } from '../../../src/shared/types.ts';
import { importRows, sourceRow } from '../../support/import-source.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

const key = fc.constantFrom('1', '2', '3', '4');
const keys = fc.uniqueArray(key, { maxLength: 3 });
const text = fc.constantFrom('a', 'b', 'c');
const port = fc.constantFrom(undefined, 5001, 5002);
/** What a row has from the start and for good, which several may share. */
const nameOf = (of: string) => (of === '4' ? '3' : of);
const ref = (table: string, of: string) => ({ ref: { table, key: of } });

const project = fc.record({ key, name: text, path: text }).map((row) =>
  sourceRow('project', row.key, 'projects', {
    repositoryName: `o/${nameOf(row.key)}`,
    path: row.path,
  }),
);
const ticket = fc
  .record({
    ...{ key, title: text, externalId: fc.option(text), waitsFor: keys, project: key },
    status: fc.constantFrom('backlog' as const, 'ready' as const, 'merged' as const),
    branchName: fc.option(text),
    agent: fc.option(key),
  })
  .map((row) =>
    sourceRow('ticket', row.key, 'tickets', {
      ...{ title: row.title, source: 'dispatch', status: row.status },
      externalId: row.externalId ?? undefined,
      dependsOn: row.waitsFor.map((of) => ref('ticket', of)),
      projectId: ref('project', row.project),
      branchName: row.branchName ?? undefined,
      assignedAgentId: row.agent === null ? undefined : ref('agent', row.agent),
    }),
  );
const agent = fc
  .record({
    ...{ key, name: text, port, works: fc.option(key) },
    agentType: fc.constantFrom('coder', 'architect'),
  })
  .map((row) =>
    sourceRow('agent', row.key, 'agents', {
      ...{ name: row.name, port: row.port, agentType: row.agentType, status: 'DEVELOPING' },
      projectId: ref('project', nameOf(row.key)),
      assignedTicketId: row.works === null ? undefined : ref('ticket', row.works),
    }),
  );
const terminal = fc
  .record({ key, name: text, port })
  .map((row) => sourceRow('terminal', row.key, 'terminals', { name: row.name, port: row.port }));
const run = fc.record({ key, hasEnded: fc.boolean() }).map((row) =>
  sourceRow('run', row.key, 'ticket_runs', {
    ...{ ticketId: ref('ticket', nameOf(row.key)), agentId: ref('agent', row.key) },
    startedAt: '2025-01-01T00:00:00.000Z',
    completedAt: row.hasEnded ? '2025-01-02T00:00:00.000Z' : undefined,
  }),
);
const comment = fc.record({ key, ticket: key, content: text }).map((row) =>
  sourceRow('comment', row.key, 'comments', {
    ...{ ticketId: ref('ticket', row.ticket), content: row.content },
  }),
);
const source = fc.array(
  fc.oneof({ arbitrary: ticket, weight: 4 }, project, agent, terminal, run, comment),
  { maxLength: 24 },
);

/** What a person does between two imports. */
const edit = fc.record({ which: fc.nat(5), title: text, isDeleted: fc.boolean() });

async function workHere(
  { api }: TestApp,
  edits: readonly { which: number; title: string; isDeleted: boolean }[],
) {
  for (const { which, title, isDeleted } of edits) {
    const chosen = (await api.tickets.list())[which];
    if (!chosen) continue;
    if (isDeleted)
      await api.tickets.delete(chosen.id, { withHistory: true }).catch(() => undefined);
    else await api.tickets.update(chosen.id, { title: `${title}!`, branchName: null });
  }
}

/** What an import leaves when it is run again, whatever it said. */
async function expectNothingNew(test: TestApp, rows: readonly ImportRow[], first: ImportReport) {
  const commits = test.commits.length;
  const before = test.database.snapshot();
  const again = await importRows(test.api, rows, { system: 'dispatch' });
  expect(
    again.counts.map(({ created, changed }) => created + changed).every((sum) => sum === 0),
  ).toBe(true);
  expect(again.conflicts).toEqual(first.conflicts);
  expect(test.commits).toHaveLength(commits);
  expect(test.database.snapshot()).toEqual(before);
}

describe('any source', () => {
  it('changes nothing when it is imported a second time, after whatever was there and done', async () => {
    await fc.assert(
      fc.asyncProperty(
        source,
        fc.array(edit, { maxLength: 4 }),
        source,
        async (old, edits, rows) => {
          const test = await openTestApp();
          await expectNothingNew(
            test,
            old,
            await importRows(test.api, old, { system: 'dispatch' }),
          );
          await workHere(test, edits);
          const report = await importRows(test.api, rows, { system: 'dispatch' });
          await expectNothingNew(test, rows, report);
          expect(test.database.all('PRAGMA foreign_key_check')).toEqual([]);
          expect(await test.api.db.problems()).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});
