import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../src/core/app.ts';
import { apiOf } from '../../src/cli/api-of-home.ts';
import type { SweatShopApi } from '../../src/shared/ipc-channels.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runCommandWith, runJson } from './run-command.ts';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

function run(...args: string[]) {
  return runCommand(home, ...args);
}

/** Prepares a home in ways that no command has. */
async function prepare<T>(
  work: (api: SweatShopApi, services: App['services']) => Promise<T>,
): Promise<T> {
  const opened = await openTestHome(home);
  try {
    return await work(apiOf(opened), opened.app.services);
  } finally {
    await opened.close();
  }
}

describe('sweatshop ports', () => {
  it('gives each folder one block, and the same again', async () => {
    const [shop, other] = [path.join(home, 'shop'), path.join(home, 'other')];
    expect(await run('ports', 'allocate', shop)).toEqual({
      ...{ exitCode: 0, stdout: '4200\n', stderr: '' },
    });
    expect(await runJson(home, 'ports', 'allocate', other, '--pid', '7')).toMatchObject({
      ...{ projectPath: other, basePort: 4300, pid: 7 },
    });
    expect((await run('ports', 'allocate', `${shop}/`)).stdout).toBe('4200\n');
    expect((await run('ports', 'list')).stdout).toContain('4300–4399');
    expect(await runJson(home, 'ports', 'list')).toHaveLength(2);
  });

  it('frees what nobody uses, and what is named', async () => {
    const gone = path.join(home, 'gone');
    await run('ports', 'allocate', gone);
    await run('ports', 'allocate', temporaryFolder());
    expect(await runJson(home, 'ports', 'cleanup')).toMatchObject([{ projectPath: gone }]);
    expect((await run('ports', 'cleanup')).stdout).toBe('All blocks are in use.\n');
    await run('ports', 'allocate', gone);
    expect(await run('ports', 'release', gone)).toMatchObject({ exitCode: 0 });
    expect(await run('ports', 'release', gone)).toMatchObject({ exitCode: 1 });
    await run('ports', 'allocate', gone);
    expect(await runJson(home, 'ports', 'release', gone)).toStrictEqual({ projectPath: gone });
  });

  it('takes a relative folder from where it is called, and no folder for none', async () => {
    expect(await runJson(home, 'ports', 'allocate', 'shop')).toMatchObject({
      projectPath: path.resolve('shop'),
    });
    expect(await run('ports', 'allocate')).toMatchObject({ exitCode: 2 });
    expect(await run('ports', 'allocate', '.', '--pid', '0')).toMatchObject({ exitCode: 2 });
  });
});

describe('sweatshop gates', () => {
  async function epicAtGate(): Promise<string> {
    return prepare(async (api) => {
      const epic = await api.epics.create({ title: 'Large' });
      const stage = await api.stages.create({ epicId: epic.id, name: 'Design' });
      const gate = await api.gates.create({
        ...{ stageId: stage.id, gateType: 'approval', description: 'Sound?' },
      });
      await api.epics.start(epic.id);
      await api.epics.advance(epic.id);
      return gate.id;
    });
  }

  it('lists those that wait, and approves one', async () => {
    const id = await epicAtGate();
    expect(await runJson(home, 'gates', 'list')).toMatchObject([{ id, status: 'pending' }]);
    expect(
      await runJson(home, 'gates', 'approve', id.slice(0, 10), '--as', 'ana', '--comment', 'Fine'),
    ).toMatchObject({ id, status: 'approved', approvedBy: ['ana'] });
    expect((await run('gates', 'list')).stdout).toBe('There are no such gates.\n');
    expect((await run('gates', 'list', '--status', 'approved')).stdout).toContain('1/1 ana');
  });

  it('rejects with a reason only', async () => {
    const id = await epicAtGate();
    expect(await run('gates', 'reject', id)).toMatchObject({ exitCode: 2 });
    expect(await runJson(home, 'gates', 'reject', id, '--reason', 'Unsound')).toMatchObject({
      ...{ status: 'rejected', rejectionReason: 'Unsound' },
    });
    expect(await run('gates', 'approve', 'gat_nobody')).toMatchObject({ exitCode: 1 });
  });
});

describe('sweatshop vote', () => {
  it('casts the vote of an agent', async () => {
    await run('agents', 'set', 'pm-1', '--type', 'pm');
    await run('agents', 'set', 'coder-1');
    const id = await prepare(async (api) => {
      const proposal = await api.proposals.create({
        ...{ proposalType: 'architecture_decision', proposerId: 'coder-1', title: 'Rewrite' },
        ...{ description: '', rationale: '', threshold: 'simple_majority', requiredVoters: ['pm'] },
      });
      await api.proposals.startVote(proposal.id);
      return proposal.id;
    });
    const vote = (...more: string[]) => run('vote', id, '--agent', 'pm-1', ...more);

    for (const more of [
      ['--decision', 'perhaps', '--reason', 'Hm'],
      ['--decision', 'approve'],
      ['--decision', 'approve', '--reason', 'Hm', '--confidence', '2'],
      ['--reason', 'Hm'],
    ]) {
      expect(await vote(...more)).toMatchObject({ exitCode: 2, stdout: '' });
    }
    const cast = await vote('--decision', 'approve', '--reason', 'Simple', '--confidence', '0.9');
    expect(cast.stdout).toBe(`${id}  approved  Rewrite\n`);
    const votes = await prepare((api) => api.proposals.votes(id));
    expect(votes).toMatchObject([{ voterId: 'pm-1', reasoning: 'Simple', confidence: 0.9 }]);
    expect(await vote('--decision', 'reject', '--reason', 'No')).toMatchObject({ exitCode: 1 });
  });
});

describe('sweatshop search', () => {
  it('finds tickets and comments, and marks the words on a terminal only', async () => {
    await run(
      'tickets',
      'add',
      '--title',
      'Log in with a passkey',
      '--description',
      'A \u009bkey.',
    );
    await run('tickets', 'add', '--title', 'Other');
    const [{ id }] = (await runJson(home, 'search', 'passk')) as [{ id: string }];
    await run('tickets', 'comment', id, 'The passkey of ana');

    const { stdout } = await run('search', 'passkey');
    expect(stdout).toContain(`ticket  ${id}  Log in with a passkey\n`);
    expect(stdout).toMatch(/^comment {2}cmt_\S+ {2}tkt_/m);
    expect(stdout).not.toContain('\u001b');
    const written: string[] = [];
    await runCommandWith(
      { stdout: { isTTY: true, columns: 80, write: (text) => written.push(text) } },
      ['search', 'log', 'passkey', '--home', home],
    );
    expect(written.join('')).toContain('\u001b[1mpasskey\u001b[22m');
    expect(await runJson(home, 'search', 'passkey', '--kind', 'comment')).toHaveLength(1);
    expect(await runJson(home, 'search', 'passkey', '--limit', '1')).toHaveLength(1);
    expect((await run('search', 'nothing')).stdout).toBe('Nothing was found.\n');
    expect(await run('search', 'a', '--limit', '9999')).toMatchObject({ exitCode: 2 });
  });
});

describe('without a database', () => {
  it.each([
    [['tickets', 'list']],
    [['tickets', 'next']],
    [['agents', 'list']],
    [['agents', 'heartbeat', 'a-1']],
    [['ports', 'list']],
    [['gates', 'list']],
    [['search', 'a']],
  ])('%j tells how to make one', async (args) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('There is no database in');
  });
});
