import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../support/running-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const cli = path.join(import.meta.dirname, '../../.vite/build/cli.js');
/** Long enough for a machine that has other work. */
const BUSY_TIMEOUT_SECONDS = '60';
const AGENTS = 10;
const FOLDERS = 5;
const TIMEOUT_MS = 120_000;

type Outcome = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

/** Runs the built command in a process of its own. */
async function run(...args: string[]): Promise<Outcome> {
  const env = { ...process.env, SWEATSHOP_HOME: home };
  const child = spawn(
    process.execPath,
    [cli, ...args, '--busy-timeout', BUSY_TIMEOUT_SECONDS, '--json'],
    { env },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (written.stderr += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...written };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Asks the published file, through another SQLite than ours. */
function query(sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

function isDone({ exitCode, stderr }: Outcome): boolean {
  expect(stderr).toBe('');
  return exitCode === 0;
}

describe.each([
  ['beside a running app', true],
  ['without a running app', false],
])('commands at the same time, %s', (_, hasOwner) => {
  /** Runs the work beside the owner, who then saves everything and ends. */
  async function withOwner<T>(work: () => Promise<T>): Promise<T> {
    await runCommand(home, 'tickets', 'add', '--title', 'Makes the database');
    if (!hasOwner) return work();
    const owner = await startServer(home);
    const result = await work();
    expect(await owner.stop()).toBe(0);
    return result;
  }

  it(
    'lose no agent and give no block of ports twice',
    async () => {
      const outcomes = await withOwner(() =>
        Promise.all([
          ...numbers(AGENTS).map((index) =>
            run(
              ...[
                'agents',
                'set',
                `builder-${String(index)}`,
                '--name',
                `Builder ${String(index)}`,
              ],
              ...['--port', String(5_000 + index), '--pid', String(10_000 + index)],
            ),
          ),
          ...numbers(FOLDERS).map((index) => run('ports', 'allocate', `/code/p${String(index)}`)),
        ]),
      );
      expect(outcomes.filter(isDone)).toHaveLength(AGENTS + FOLDERS);
      expect(query('SELECT id, name, port, pid FROM agents ORDER BY id')).toEqual(
        numbers(AGENTS).map((index) => ({
          id: `builder-${String(index)}`,
          name: `Builder ${String(index)}`,
          port: 5_000 + index,
          pid: 10_000 + index,
        })),
      );
      const blocks = query('SELECT project_path, base_port FROM port_allocations');
      expect(blocks.map(({ project_path }) => project_path).toSorted()).toEqual(
        numbers(FOLDERS).map((index) => `/code/p${String(index)}`),
      );
      expect(blocks.map(({ base_port }) => base_port).toSorted()).toEqual(
        numbers(FOLDERS).map((index) => 4_200 + 100 * index),
      );
      const answered = outcomes
        .slice(AGENTS)
        .map(({ stdout }) => (JSON.parse(stdout) as { basePort: number }).basePort);
      expect(answered.toSorted()).toEqual(blocks.map(({ base_port }) => base_port).toSorted());
    },
    TIMEOUT_MS,
  );

  it(
    'make one agent and one block where all name the same',
    async () => {
      const outcomes = await withOwner(() =>
        Promise.all([
          ...numbers(4).map((index) =>
            run('agents', 'set', 'builder', '--name', `From ${String(index)}`),
          ),
          ...numbers(4).map(() => run('ports', 'allocate', '/code/shop')),
        ]),
      );
      expect(outcomes.filter(isDone)).toHaveLength(8);
      expect(query('SELECT id, name FROM agents')).toEqual([
        { id: 'builder', name: expect.stringMatching(/^From [0-3]$/) as string },
      ]);
      expect(query('SELECT project_path, base_port FROM port_allocations')).toEqual([
        { project_path: '/code/shop', base_port: 4_200 },
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'read whole states while others write',
    async () => {
      const outcomes = await withOwner(() =>
        Promise.all(
          numbers(5).flatMap((index) => [
            run('agents', 'set', `builder-${String(index)}`, '--port', String(5_000 + index)),
            run('agents', 'list'),
          ]),
        ),
      );
      expect(outcomes.filter(isDone)).toHaveLength(10);
      const lists = outcomes
        .filter((_, index) => index % 2 === 1)
        .map(({ stdout }) => JSON.parse(stdout) as { id: string; port: number }[]);
      for (const agents of lists) {
        for (const { id, port } of agents) expect(id).toBe(`builder-${String(port - 5_000)}`);
      }
      expect(query('SELECT count(*) AS agents FROM agents')).toEqual([{ agents: 5 }]);
    },
    TIMEOUT_MS,
  );
});
