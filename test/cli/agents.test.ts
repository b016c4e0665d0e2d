import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiOf } from '../../src/cli/api-of-home.ts';
import { startOwner } from '../support/home-owner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runCommandWith, runJson } from './run-command.ts';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

function run(...args: string[]) {
  return runCommand(home, ...args);
}

function agents(...args: string[]) {
  return runJson(home, 'agents', ...args);
}

async function startWork(id = 'a-1'): Promise<void> {
  await run('tickets', 'add', '--title', 'Work', '--status', 'ready');
  await run('tickets', 'next', '--claim', '--agent', id);
  await run('agents', 'set', id, '--status', 'DEVELOPING');
}

describe('sweatshop agents set', () => {
  it('makes the agent appear, and changes it afterwards', async () => {
    expect(
      await agents(
        ...['set', 'a-1', '--name', 'One', '--pid', '7', '--port', '4301', '--type', 'reviewer'],
        ...['--worktree', '/w', '--branch', 'b', '--metrics', '{"tests": 12}'],
      ),
    ).toMatchObject({
      ...{ id: 'a-1', name: 'One', pid: 7, port: 4301, agentType: 'reviewer', status: 'IDLE' },
      ...{ worktreePath: '/w', branchName: 'b', metrics: { tests: 12 } },
    });
    expect(await agents('set', 'a-1', '--port', 'none')).toEqual(
      expect.not.objectContaining({ port: 4301 }),
    );
    expect(await agents('list')).toMatchObject([{ id: 'a-1', pid: 7 }]);
    // How an id starts names nobody: it is an id of its own.
    await run('agents', 'set', 'a-11');
    await run('agents', 'set', 'a-1');
    expect(await agents('list')).toHaveLength(2);
  });

  it.each([
    [['--port', '70000'], '--port'],
    [['--metrics', '[]'], '--metrics'],
    [['--metrics', '{'], '--metrics'],
    [['--status', 'ERROR'], 'DEVELOPING'],
    [['--pid', ''], '--pid'],
  ])('refuses %j', async (args, way) => {
    const { exitCode, stderr } = await run('agents', 'set', 'a-1', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(way);
  });

  it('goes to a status through those between, and nowhere else', async () => {
    await startWork();
    expect(await agents('set', 'a-1', '--status', 'QA_READY')).toMatchObject({
      status: 'QA_READY',
    });
    const { exitCode, stderr } = await run('agents', 'set', 'a-1', '--status', 'DEVELOPING');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('QA_READY');
  });
});

describe('what an agent reports', () => {
  it('is stored with the agent, its run and its log', async () => {
    await startWork();
    expect(await agents('heartbeat', 'a-1', '--pid', '9')).toMatchObject({
      ...{ pid: 9, lastHeartbeatAt: expect.any(String) as string },
    });
    await agents('tokens', 'a-1', '--prompt', '100');
    expect(await agents('tokens', 'a-1', '--prompt', '20', '--completion', '5')).toMatchObject({
      ...{ promptTokensUsed: 120, completionTokensUsed: 5 },
    });
    await run('agents', 'log', 'a-1', 'Tests pass.');
    await run('agents', 'log', 'a-1', 'Disk is \u001b[2Jfull.', '--level', 'error');
    expect(await agents('log', 'a-1')).toMatchObject([
      { level: 'error' },
      { level: 'info', message: 'Tests pass.' },
    ]);
    const { stdout } = await run('agents', 'log', 'a-1', '--level', 'error');
    expect(stdout).toContain('Disk is full.');
    expect(stdout).not.toContain('Tests');
    expect(await agents('finish', 'a-1')).toMatchObject({ status: 'QA_READY' });
    expect(await runJson(home, 'tickets', 'list')).toMatchObject([{ status: 'qa_review' }]);
    expect((await run('agents', 'show', 'a-1')).stdout).toMatch(/prompt tokens +120/);
  });

  it('has no tokens without a run', async () => {
    await run('agents', 'set', 'a-1');
    expect(await run('agents', 'tokens', 'a-1', '--prompt', '1')).toMatchObject({ exitCode: 1 });
    expect(await run('agents', 'tokens', 'a-1')).toMatchObject({ exitCode: 2 });
  });

  it('can be that it cannot go on', async () => {
    await startWork();
    expect(await agents('fail', 'a-1', 'No database.')).toMatchObject({ status: 'ERROR' });
    expect(await agents('list', '--waiting')).toMatchObject([{ id: 'a-1' }]);
    expect(await agents('set', 'a-1', '--status', 'DEVELOPING')).toMatchObject({
      status: 'DEVELOPING',
    });
    expect(await agents('list', '--waiting')).toEqual([]);
  });
});

describe('sweatshop agents ask', () => {
  it('stops the agent, and waits for the answer without keeping the database', async () => {
    await startWork();
    const asking = run('agents', 'ask', 'a-1', 'Which colour?', '--wait');
    await expect
      .poll(async () => agents('list', '--status', 'NEEDS_INPUT'), { timeout: 20_000 })
      .toHaveLength(1);
    expect(await agents('show', 'a-1')).toMatchObject({
      conversation: expect.arrayContaining([
        expect.objectContaining({ role: 'agent', content: 'Which colour?' }) as object,
      ]) as object,
    });
    expect(await agents('answer', 'a-1', 'Blue.\nNot green.')).toMatchObject({
      status: 'DEVELOPING',
    });
    expect(await asking).toEqual({ exitCode: 0, stdout: 'Blue.\nNot green.\n', stderr: '' });
    expect(await agents('show', 'a-1')).toMatchObject({
      run: {
        humanInterventionCount: 1,
        interventions: [{ type: 'question', humanResponse: 'Blue.\nNot green.' }],
      },
    });
  });

  it('ends with 7 when nobody answers, and can go on waiting', async () => {
    await startWork();
    const late = await run('agents', 'ask', 'a-1', 'Anyone?', '--wait', '--timeout', '0.2');
    expect(late).toMatchObject({ exitCode: 7, stdout: '' });
    expect(late.stderr).toContain('Nobody answered');
    const json = await run('agents', 'ask', 'a-1', '--wait', '--timeout', '0', '--json');
    expect(json).toMatchObject({ exitCode: 7, stdout: 'null\n', stderr: '' });
    const waiting = run('agents', 'ask', 'a-1', '--wait', '--timeout', '20');
    await run('agents', 'answer', 'a-1', 'Me.');
    expect(await waiting).toMatchObject({ exitCode: 0, stdout: 'Me.\n' });
    expect(await agents('ask', 'a-1', '--wait')).toMatchObject({ role: 'user', content: 'Me.' });
    // An old answer is none to a new question.
    expect(await run('agents', 'ask', 'a-1', 'And now?', '--wait', '--timeout', '0')).toMatchObject(
      { exitCode: 7, stdout: '' },
    );
  });

  it('ends when nobody will answer any more', async () => {
    await startWork();
    await run('agents', 'ask', 'a-1', 'Anyone?');
    const waiting = run('agents', 'ask', 'a-1', '--wait');
    await run('agents', 'stop', 'a-1', '--reason', 'It goes in circles.');
    const { exitCode, stderr } = await waiting;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('IDLE');
  });

  it('takes the question from standard input, and refuses none', async () => {
    await startWork();
    const asked = await runCommandWith(
      { readInput: () => Promise.resolve(new TextEncoder().encode('From a file?')) },
      ['agents', 'ask', 'a-1', '-', '--home', home, '--json'],
    );
    expect(JSON.parse(asked.stdout)).toMatchObject({ status: 'NEEDS_INPUT' });
    expect(await run('agents', 'ask', 'a-1')).toMatchObject({ exitCode: 2 });
    await run('agents', 'set', 'a-2');
    expect(await run('agents', 'ask', 'a-2', 'Why?')).toMatchObject({ exitCode: 1 });
    expect(await run('agents', 'ask', 'a-2', '--wait')).toMatchObject({ exitCode: 1 });
  });
});

describe('what people decide', () => {
  it('approves, sends back and merges', async () => {
    await startWork();
    await run('agents', 'finish', 'a-1');
    expect(await run('agents', 'reject', 'a-1')).toMatchObject({ exitCode: 2 });
    expect(await agents('reject', 'a-1', '--reason', 'Tests are missing.')).toMatchObject({
      status: 'REWORK',
    });
    await run('agents', 'finish', 'a-1');
    expect(await agents('approve', 'a-1')).toMatchObject({ status: 'MERGING' });
    expect(await agents('merge', 'a-1')).toMatchObject({ status: 'IDLE' });
    expect(await runJson(home, 'tickets', 'list')).toMatchObject([{ status: 'merged' }]);
  });

  it('finds an agent by its name, or tells that it knows none', async () => {
    await run('agents', 'set', 'builder-1', '--name', 'Ada');
    for (const name of ['builder-1', 'buil', 'Ada']) {
      expect(await agents('show', name)).toMatchObject({ id: 'builder-1' });
    }
    await run('agents', 'set', 'builder-2', '--name', 'Ada');
    const ambiguous = await run('agents', 'heartbeat', 'Ada');
    expect(ambiguous.exitCode).toBe(2);
    expect(ambiguous.stderr).toContain('builder-2');
    expect(await run('agents', 'heartbeat', 'nobody')).toMatchObject({ exitCode: 1 });
  });
});

describe('beside the running app', () => {
  it('the answer comes at once, and nobody is kept from the app', async () => {
    const owner = await startOwner(home);
    await startWork();
    const asking = run('agents', 'ask', 'a-1', 'Which colour?', '--wait');
    await expect.poll(() => agents('list', '--waiting')).toHaveLength(1);
    const api = apiOf(owner.home);
    const answeredMs = performance.now();
    await api.chat.send('a-1', 'Blue.');
    expect(await asking).toEqual({ exitCode: 0, stdout: 'Blue.\n', stderr: '' });
    // Long before it would have looked by itself.
    expect(performance.now() - answeredMs).toBeLessThan(1_000);
  });

  it('waiting goes on when the app ends, and when it starts again', async () => {
    const owner = await startOwner(home);
    await startWork();
    const asking = run('agents', 'ask', 'a-1', 'Which colour?', '--wait');
    await expect.poll(() => agents('list', '--waiting')).toHaveLength(1);
    await owner.close();
    const again = await startOwner(home);
    await run('agents', 'log', 'a-1', 'Somebody is at home.');
    await again.close();
    expect(await agents('answer', 'a-1', 'Blue.')).toMatchObject({ status: 'DEVELOPING' });
    expect(await asking).toEqual({ exitCode: 0, stdout: 'Blue.\n', stderr: '' });
  });
});
