import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiOf } from '../../src/cli/api-of-home.ts';
import type { Backup, DbStatus } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runCommandWith } from './run-command.ts';

type Outcome = { readonly kept: Backup; readonly status: DbStatus };

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

async function addTickets(...titles: string[]): Promise<void> {
  const opened = await openTestHome(home);
  for (const title of titles) opened.app.services.tickets.create({ title });
  await opened.close();
}

async function titles(): Promise<string[]> {
  const opened = await openTestHome(home);
  try {
    return opened.app.services.tickets.list().map(({ title }) => title);
  } finally {
    await opened.close();
  }
}

async function reset(): Promise<Outcome> {
  const { stdout, exitCode } = await runCommand(home, 'db', 'reset', '--yes', '--json');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Outcome;
}

describe('sweatshop db reset', () => {
  it('makes no database where there is none', async () => {
    expect(await runCommand(home, 'db', 'reset', '--yes')).toMatchObject({ exitCode: 1 });
    expect(existsSync(home)).toBe(false);
  });

  it('empties the database, and keeps a backup that can be put back', async () => {
    await addTickets('One', 'Two');
    const { kept, status } = await reset();
    expect(kept).toMatchObject({ kind: 'replaced', problem: null, facts: { tickets: 2 } });
    expect(existsSync(kept.path)).toBe(true);
    expect(status).toMatchObject({ state: 'saved' });
    expect(await titles()).toEqual([]);
    await addTickets('Three');
    expect(await titles()).toEqual(['Three']);
    expect(await runCommand(home, 'db', 'check')).toMatchObject({ exitCode: 0 });
    await runCommand(home, 'db', 'restore', kept.name, '--yes');
    expect((await titles()).sort()).toEqual(['One', 'Two']);
  });

  it('leaves the same tables as a new database has', async () => {
    await addTickets('One');
    await reset();
    const schema = (await runCommand(home, 'db', 'schema')).stdout;
    home = path.join(temporaryFolder(), 'other');
    await addTickets();
    expect((await runCommand(home, 'db', 'schema')).stdout).toBe(schema);
  });

  it('asks on a terminal, and does nothing without an answer or a way to ask', async () => {
    await addTickets('One');
    const args = ['db', 'reset', '--home', home];
    const questions: string[] = [];
    const confirm = (question: string) => {
      questions.push(question);
      return Promise.resolve(false);
    };
    const refused = await runCommandWith({ confirm }, args);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(/now +1 ticket, .*\nNothing was changed\.\n$/);
    expect(questions).toEqual(['Empty the database? The present state is kept as a backup.']);
    expect(await runCommandWith({}, args)).toMatchObject({ exitCode: 2 });
    expect(await titles()).toEqual(['One']);
    const agreed = await runCommandWith({ confirm: () => Promise.resolve(true) }, args);
    expect(agreed.exitCode).toBe(0);
    expect(agreed.stdout).toMatch(/kept before +\S+replaced\S*\nPut it back with/);
    expect(await titles()).toEqual([]);
  });

  it('is never undone by a redo log from before', async () => {
    await addTickets('One');
    const opened = await openTestHome(home);
    opened.app.services.tickets.create({ title: 'In the log alone' });
    await apiOf(opened).tickets.list();
    const logs = path.join(temporaryFolder(), 'journal');
    cpSync(path.join(home, 'journal'), logs, { recursive: true });
    await opened.close();
    await reset();
    expect(readdirSync(logs)).not.toEqual([]);
    cpSync(logs, path.join(home, 'journal'), { recursive: true });
    expect(await titles()).toEqual([]);
    await addTickets('New');
    cpSync(logs, path.join(home, 'journal'), { recursive: true });
    expect(await titles()).toEqual(['New']);
  });

  it('tells an app that has the database open', async () => {
    await addTickets('One');
    const opened = await openTestHome(home);
    try {
      const changed: string[] = [];
      apiOf(opened).db.onChanged(({ tables }) => {
        changed.push(...Object.keys(tables));
      });
      await apiOf(opened).db.reset();
      expect(changed).toContain('tickets');
      expect(await apiOf(opened).tickets.list()).toEqual([]);
      await apiOf(opened).tickets.create({ title: 'After' });
    } finally {
      await opened.close();
    }
    expect(await titles()).toEqual(['After']);
  });
});
