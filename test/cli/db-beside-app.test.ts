import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { apiOf } from '../../src/cli/api-of-home.ts';
import { withLocalSocket } from '../../src/host/local-socket/local-socket.ts';
import { openHome, type Home } from '../../src/host/open-home.ts';
import type { Backup } from '../../src/shared/types.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runJson } from './run-command.ts';

/** Opens a home as the app does, and listens to commands. */
async function startApp(): Promise<Home> {
  const folder = path.join(temporaryFolder(), 'home');
  const home = await openHome({
    ...{ host: 'browser', path: folder, wasm: readSqlWasm(), version: '1.2.3' },
  });
  const open = await withLocalSocket(home, '1.2.3');
  onTestFinished(() => open.close());
  return open;
}

it('reads what the app has in memory, and leaves the app to its work', async () => {
  const app = await startApp();
  const api = apiOf(app);
  await api.tickets.create({ title: 'Just now' });
  const sql = 'SELECT title FROM tickets';
  expect(await runJson(app.path, 'db', 'query', sql)).toEqual([{ title: 'Just now' }]);
  await api.tickets.create({ title: 'And now' });
  expect(await runJson(app.path, 'db', 'dump', 'tickets')).toMatchObject({
    tickets: [{ title: 'Just now' }, { title: 'And now' }],
  });
  expect(await runJson(app.path, 'export')).toMatchObject({
    tables: { tickets: [{ title: 'Just now' }, { title: 'And now' }] },
  });
  expect(await runJson(app.path, 'db', 'stats')).toMatchObject({
    seq: (await api.db.status()).seq,
  });
  expect(await runCommand(app.path, 'db', 'schema')).toMatchObject({ exitCode: 0, stderr: '' });
  const analytics = await runJson(app.path, 'export', '--what', 'analytics', '--by', 'total');
  expect(analytics).toMatchObject({ groups: [{ figures: { runs: { all: 0 } } }] });
});

it('empties the database of the app, which hears of it', async () => {
  const app = await startApp();
  const api = apiOf(app);
  await api.tickets.create({ title: 'Gone' });
  const changed = new Set<string>();
  api.db.onChanged(({ tables }) => {
    for (const table of Object.keys(tables)) changed.add(table);
  });
  const outcome = await runJson(app.path, 'db', 'reset', '--yes');
  expect(outcome).toMatchObject({ kept: { kind: 'replaced', facts: { tickets: 1 } } });
  expect(changed).toContain('tickets');
  expect(await api.tickets.list()).toEqual([]);
  await api.tickets.create({ title: 'New' });
  const { name } = (outcome as { kept: Backup }).kept;
  expect((await api.db.backups()).map((backup) => backup.name)).toContain(name);
});

it('brings an export into the app', async () => {
  const app = await startApp();
  const api = apiOf(app);
  const ticket = await api.tickets.create({ title: 'Back again', labels: ['a'] });
  const file = path.join(temporaryFolder(), 'everything.json');
  await runCommand(app.path, 'export', '--out', file);
  await runCommand(app.path, 'db', 'reset', '--yes');
  expect(await runCommand(app.path, 'import', file)).toMatchObject({ exitCode: 0 });
  expect(await api.tickets.list()).toEqual([ticket]);
});
