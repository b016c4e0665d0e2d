import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Agent, Ticket, TicketRun } from '../../src/shared/types.ts';
import { startServer } from '../support/running-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runJson } from './run-command.ts';

const AGENT = path.join(import.meta.dirname, 'agents-use/agent.sh');
const CLI = path.join(import.meta.dirname, '../../.vite/build/cli.js');
const README = path.join(import.meta.dirname, '../../README.md');
const COLOURS = ['red', 'green', 'blue', 'yellow', 'black'];

let home: string;
let binDir: string;

beforeEach(() => {
  const folder = temporaryFolder();
  home = path.join(folder, 'home');
  binDir = path.join(folder, 'bin');
  mkdirSync(binDir);
  const command = path.join(binDir, 'sweatshop');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(command, 0o755);
});

/** Starts the script in a worktree of its own, as a real process that has nothing but the command. */
async function startAgent(name: string) {
  const worktree = path.join(path.dirname(home), name);
  mkdirSync(worktree);
  const child = spawn('/bin/sh', ['-e', AGENT], {
    cwd: worktree,
    detached: true,
    env: {
      ...process.env,
      SWEATSHOP_HOME: home,
      PATH: `${binDir}${path.delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // All of its processes have ended.
    }
  });
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { name, exitCode, stderr, worktree };
}

/** Answers each question once, until so many are answered. */
async function answerAll(count: number): Promise<void> {
  for (let answered = 0; answered < count;) {
    const waiting = (await runJson(
      ...([home, 'agents', 'list', '--status', 'NEEDS_INPUT'] as const),
    )) as Agent[];
    for (const { id } of waiting) {
      const colour = COLOURS[answered] ?? '';
      const { exitCode, stderr } = await runCommand(home, 'agents', 'answer', id, colour);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      answered += 1;
    }
    await sleep(200);
  }
}

async function expectWorkDone(): Promise<void> {
  for (const title of COLOURS.map((_, index) => `Ticket ${String(index)}`)) {
    await runCommand(home, 'tickets', 'add', '--title', title, '--status', 'ready');
  }
  const names = COLOURS.map((_, index) => `worktree-${String(index)}`);
  const [agents] = await Promise.all([
    Promise.all(names.map((name) => startAgent(name))),
    answerAll(COLOURS.length),
  ]);

  expect(agents.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
    names.map(() => ({ exitCode: 0, stderr: '' })),
  );
  const tickets = (await runJson(home, 'tickets', 'list')) as Ticket[];
  expect(tickets.map(({ status }) => status)).toEqual(names.map(() => 'qa_review'));
  expect(tickets.map(({ assignedAgentId }) => assignedAgentId).sort()).toEqual(names);
  const colours = agents.map(({ worktree }) =>
    readFileSync(path.join(worktree, 'colour.txt'), 'utf8').trim(),
  );
  expect(colours.toSorted()).toEqual(COLOURS.toSorted());

  for (const [index, { name, worktree }] of agents.entries()) {
    const detail = (await runJson(home, 'agents', 'show', name)) as Agent & { run: TicketRun };
    const colour = colours[index] ?? '';
    expect(detail).toMatchObject({
      ...{ id: name, status: 'QA_READY', worktreePath: worktree },
      run: {
        ...{ status: 'running', promptTokensUsed: 1_200, completionTokensUsed: 300 },
        ...{ humanInterventionCount: 1, reworkCount: 0 },
        interventions: [{ type: 'question', agentMessage: 'Which colour?', humanResponse: colour }],
      },
    });
    expect(detail.run.interventions[0]?.waitDurationMs).toBeGreaterThan(0);
    expect(await runJson(home, 'agents', 'log', name)).toMatchObject([
      { message: `It is ${colour} now.`, ticketId: detail.assignedTicketId },
    ]);
    expect(readFileSync(path.join(worktree, 'ticket.txt'), 'utf8')).toContain(
      detail.assignedTicketId,
    );
  }
  expect(await startAgent('late')).toMatchObject({ exitCode: 6, stderr: 'No ticket is ready.\n' });
}

describe.skipIf(process.platform === 'win32')(
  'five agents that have nothing but the command',
  () => {
    it(
      'work beside the running app, each on a ticket of its own',
      { timeout: 120_000 },
      async () => {
        await startServer(home);
        await expectWorkDone();
      },
    );

    it('work without the app just so', { timeout: 240_000 }, async () => {
      await expectWorkDone();
    });

    it('do what the README shows', () => {
      const script = readFileSync(AGENT, 'utf8');
      expect(script.trim().split('\n')).toHaveLength(10);
      expect(readFileSync(README, 'utf8')).toContain(`\`\`\`sh\n${script}\`\`\``);
    });
  },
);
