import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runCommandWith, runJson } from './run-command.ts';

const HOSTILE = 'Be\u001b[31mware\u001b]0;mine\u0007 of \u202etxt.exe\u009b2J';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

async function add(title: string, ...more: string[]): Promise<Ticket> {
  return (await runJson(home, 'tickets', 'add', '--title', title, ...more)) as Ticket;
}

async function show(id: string): Promise<Ticket> {
  return (await runJson(home, 'tickets', 'show', id)) as Ticket;
}

async function idsOf(...args: string[]): Promise<string[]> {
  return ((await runJson(home, 'tickets', ...args)) as Ticket[]).map(({ id }) => id);
}

function withInput(text: string | Uint8Array, ...args: string[]) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return runCommandWith({ readInput: () => Promise.resolve(bytes) }, [...args, '--home', home]);
}

describe('sweatshop tickets add', () => {
  it('makes a database and a ticket with every field', async () => {
    const api = await openTestHome(home);
    const project = api.app.services.projects.create({ repositoryName: 'a/shop', path: '/shop' });
    await api.close();
    const other = await add('Other');
    const file = path.join(temporaryFolder(), 'acceptance.md');
    writeFileSync(file, '- it works\n');

    const ticket = await add(
      'Log in',
      ...['--status', 'ready', '--priority', 'high', '--kind', 'bug', '--label', 'ui, urgent'],
      ...['--label', 'later', '--depends-on', other.id, '--project', 'a/shop'],
      ...['--description', 'Text', '--acceptance-file', file, '--agent-type', 'reviewer'],
      ...['--external-id', 'X-1', '--branch', 'login', '--worktree', '/w', '--github-id', '7'],
    );

    expect(ticket).toMatchObject({
      ...{ title: 'Log in', status: 'ready', priority: 'high', kind: 'bug' },
      ...{ labels: ['ui', 'urgent', 'later'], dependsOn: [other.id], projectId: project.id },
      ...{ description: 'Text', acceptanceCriteria: '- it works\n', agentType: 'reviewer' },
      ...{ externalId: 'X-1', branchName: 'login', worktreePath: '/w', githubId: 7 },
    });
  });

  it('tells people the id, status and title', async () => {
    const { exitCode, stdout, stderr } = await runCommand(
      ...([home, 'tickets', 'add', '--title', 'Log in'] as const),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^tkt_\S+ {2}backlog {2}Log in\n$/);
  });

  it('takes the description from standard input, and only as text', async () => {
    const { stdout } = await withInput(
      ...(['# Why\n\nBecause.', 'tickets', 'add', '--title', 'A'] as const),
      ...['--description', '-', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ description: '# Why\n\nBecause.' });
    const broken = await withInput(
      ...([Uint8Array.of(0xff, 0xfe), 'tickets', 'add', '--title', 'B'] as const),
      ...['--description-file', '-'],
    );
    expect(broken).toMatchObject({ exitCode: 2, stdout: '' });
    expect(broken.stderr).toContain('UTF-8');
    expect(await idsOf('list')).toHaveLength(1);
  });

  it.each([
    [[], '--title'],
    [['--title', ' '], '--title'],
    [['--title', 'A', '--priority', 'urgent'], 'critical, high, medium, low'],
    [['--title', 'A', '--status', 'done'], 'backlog, ready'],
    [['--title', 'A', '--github-id', 'seven'], '--github-id'],
    [['--title', 'A', '--label', ','], '--label'],
  ])('refuses %j before a database is made', async (args, way) => {
    const { exitCode, stdout, stderr } = await runCommand(home, 'tickets', 'add', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(way);
    expect(await runCommand(home, 'tickets', 'list')).toMatchObject({ exitCode: 1 });
  });
});

describe('sweatshop tickets list', () => {
  it('lists by priority and age, narrowed by each option', async () => {
    const low = await add('Low', '--priority', 'low', '--label', 'ui');
    const bug = await add('Bug', '--kind', 'bug', '--status', 'ready');
    const high = await add('High', '--priority', 'high', '--description', 'the needle is here');

    expect(await idsOf('list')).toEqual([high.id, bug.id, low.id]);
    expect(await idsOf('list', '--status', 'ready,merged')).toEqual([bug.id]);
    expect(await idsOf('list', '--priority', 'low', '--priority', 'high')).toEqual([
      ...[high.id, low.id],
    ]);
    expect(await idsOf('list', '--kind', 'bug')).toEqual([bug.id]);
    expect(await idsOf('list', '--label', 'ui')).toEqual([low.id]);
    expect(await idsOf('list', '--text', 'needle')).toEqual([high.id]);
    expect(await idsOf('list', '--project', 'none', '--limit', '2')).toEqual([high.id, bug.id]);
    expect(await idsOf('list', '--epic', 'epc_none')).toEqual([]);
  });

  it('tells where it cut the list', async () => {
    for (const title of ['A', 'B', 'C']) await add(title);
    const cut = await runCommand(home, 'tickets', 'list', '--limit', '2');
    expect(cut.stdout.trim().split('\n')).toHaveLength(3);
    expect(cut.stderr).toContain('--all');
    const whole = await runCommand(home, 'tickets', 'list', '--limit', '3');
    expect(whole.stderr).toBe('');
    expect((await runCommand(home, 'tickets', 'list', '--all')).stdout).toContain('C');
  });

  it('shows a table for people, in which nothing reaches the terminal but text', async () => {
    const opened = await openTestHome(home);
    opened.app.services.tickets.create({ title: 'Plain', description: HOSTILE });
    opened.app.services.comments.create({
      ticketId: opened.app.services.tickets.list()[0]?.id ?? '',
      content: HOSTILE,
    });
    opened.app.services.agents.create({ name: HOSTILE });
    await opened.close();
    const [ticket] = await idsOf('list');
    const outputs = await Promise.all([runCommand(home, 'tickets', 'list')]);
    outputs.push(await runCommand(home, 'tickets', 'show', ticket ?? ''));
    outputs.push(await runCommand(home, 'tickets', 'show', ticket ?? '', '--json'));
    outputs.push(await runCommand(home, 'agents', 'list'));
    for (const { stdout } of outputs) {
      expect(stdout).toMatch(/Plain|Beware/);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });

  it('says so where there is nothing', async () => {
    await runCommand(home, 'agents', 'set', 'a-1');
    expect(await runCommand(home, 'tickets', 'list')).toEqual({
      ...{ exitCode: 0, stdout: 'There are no such tickets.\n', stderr: '' },
    });
    expect(await runJson(home, 'tickets', 'list')).toEqual([]);
  });
});

describe('naming a ticket', () => {
  it('takes the id, how it starts, and the id of the source', async () => {
    const ticket = await add('One', '--external-id', 'TASK-1');
    for (const name of [ticket.id, ticket.id.slice(0, 12), ticket.id.slice(4, 12), 'TASK-1']) {
      expect((await show(name)).id).toBe(ticket.id);
    }
  });

  it('tells what it does not know, and what could be meant', async () => {
    const [one, two] = [await add('One'), await add('Two')];
    const ambiguous = await runCommand(home, 'tickets', 'show', 'tkt_');
    expect(ambiguous.exitCode).toBe(2);
    for (const part of [one.id, two.id, 'One', 'Two']) expect(ambiguous.stderr).toContain(part);
    for (const name of ['tk', 'nobody']) {
      const missing = await runCommand(home, 'tickets', 'show', name);
      expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
      expect(missing.stderr).toContain(name);
    }
  });
});

describe('sweatshop tickets show', () => {
  it('shows all that hangs on a ticket', async () => {
    const blocker = await add('Blocker', '--status', 'ready');
    const ticket = await add('Ticket', '--description', 'Line 1\nLine 2', '--label', 'a,b');
    await runCommand(home, 'tickets', 'block', ticket.id, '--on', blocker.id);
    await runCommand(home, 'tickets', 'comment', ticket.id, 'First remark');
    await runCommand(home, 'tickets', 'set', ticket.id, '--priority', 'critical');
    await runCommand(home, 'tickets', 'next', '--claim', '--agent', 'a-1');

    expect(await show(ticket.id)).toMatchObject({
      ...{ id: ticket.id, blockedBy: [blocker.id], runs: [], agent: null },
      dependencies: [{ id: blocker.id, title: 'Blocker', status: 'in_progress' }],
      comments: [{ content: 'First remark' }],
    });
    expect(await show(blocker.id)).toMatchObject({
      ...{ agent: { id: 'a-1', status: 'ASSIGNED' }, runs: [{ agentId: 'a-1' }] },
    });
    const { stdout } = await runCommand(home, 'tickets', 'show', ticket.id);
    for (const part of ['  Line 1\n  Line 2', 'a, b', 'Blocker', 'First remark', 'critical']) {
      expect(stdout).toContain(part);
    }
    expect((await runCommand(home, 'tickets', 'show', blocker.id)).stdout).toContain('a-1');
  });
});

describe('sweatshop tickets set', () => {
  it('changes what is named, and clears by none', async () => {
    const { id } = await add('One', '--label', 'a,b', '--agent-type', 'reviewer');
    const set = (...args: string[]) => runJson(home, 'tickets', 'set', id, ...args);
    expect(await set('--status', 'ready', '--priority', 'low', '--title', 'New')).toMatchObject({
      ...{ status: 'ready', priority: 'low', title: 'New', labels: ['a', 'b'] },
    });
    expect(await set('--add-label', 'c', '--remove-label', 'a')).toMatchObject({
      labels: ['b', 'c'],
    });
    expect(await set('--label', 'none', '--agent-type', 'none')).toEqual(
      expect.not.objectContaining({ agentType: 'reviewer' }),
    );
    expect(await show(id)).toMatchObject({ labels: [], title: 'New' });
  });

  it('refuses to change nothing, and what the rules forbid', async () => {
    const { id } = await add('One', '--status', 'ready');
    expect(await runCommand(home, 'tickets', 'set', id)).toMatchObject({ exitCode: 2 });
    await runCommand(home, 'tickets', 'next', '--claim', '--agent', 'a-1');
    const { exitCode, stderr } = await runCommand(home, 'tickets', 'set', id, '--status', 'merged');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('a-1 is working on');
  });
});

describe('sweatshop tickets block', () => {
  it('lets a ticket wait, or no longer, and refuses a circle', async () => {
    const [one, two] = [await add('One', '--status', 'ready'), await add('Two')];
    expect((await runCommand(home, 'tickets', 'block', one.id, '--on', two.id)).stdout).toBe(
      '“One” waits for “Two”.\n',
    );
    expect(await idsOf('ready')).toEqual([]);
    const circle = await runCommand(home, 'tickets', 'block', two.id, '--on', one.id);
    expect(circle).toMatchObject({ exitCode: 1, stdout: '' });
    await runCommand(home, 'tickets', 'block', one.id, '--on', two.id, '--remove');
    expect(await idsOf('ready')).toEqual([one.id]);
  });
});

describe('sweatshop tickets comment', () => {
  it('writes for a person or an agent', async () => {
    const { id } = await add('One');
    await runCommand(home, 'agents', 'set', 'a-1', '--type', 'reviewer');
    await runCommand(home, 'tickets', 'comment', id, 'Mine');
    await withInput('Its\n', 'tickets', 'comment', id, '-', '--agent', 'a-1');
    expect(await show(id)).toMatchObject({
      comments: [
        { content: 'Mine' },
        { content: 'Its\n', workerId: 'a-1', workerType: 'reviewer' },
      ],
    });
    expect(await runCommand(home, 'tickets', 'comment', id, ' ')).toMatchObject({ exitCode: 2 });
  });
});

describe('sweatshop tickets next', () => {
  it('tells, or takes, one after the other, until there is none', async () => {
    const first = await add('First', '--status', 'ready', '--priority', 'high');
    const second = await add('Second', '--status', 'ready', '--kind', 'bug');

    expect(await runJson(home, 'tickets', 'next')).toMatchObject({ ticket: { id: first.id } });
    expect(await idsOf('ready', '--limit', '1')).toEqual([first.id]);
    expect(
      await runJson(home, 'tickets', 'next', '--claim', '--agent', 'a-1', '--kind', 'bug'),
    ).toMatchObject({ ticket: { id: second.id }, agent: { id: 'a-1' }, run: { agentId: 'a-1' } });
    const quiet = await runCommand(home, 'tickets', 'next', '--claim', '--agent', 'a-2', '--quiet');
    expect(quiet).toEqual({ exitCode: 0, stdout: `${first.id}\n`, stderr: '' });

    const none = await runCommand(home, 'tickets', 'next', '--claim', '--agent', 'a-3', '--json');
    expect(none).toEqual({ exitCode: 6, stdout: 'null\n', stderr: '' });
    const silent = await runCommand(home, 'tickets', 'next', '--quiet');
    expect(silent).toMatchObject({ exitCode: 6, stdout: '' });
  });

  it('is refused to an agent at work', async () => {
    for (const title of ['One', 'Two']) await add(title, '--status', 'ready');
    await runCommand(home, 'tickets', 'next', '--claim', '--agent', 'a-1');
    const again = await runCommand(home, 'tickets', 'next', '--claim', '--agent', 'a-1');
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain('ASSIGNED');
  });

  it.each([[['--claim']], [['--agent', 'a-1']]])('wants both: %j', async (args) => {
    const { exitCode, stderr } = await runCommand(home, 'tickets', 'next', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--claim --agent');
  });
});
