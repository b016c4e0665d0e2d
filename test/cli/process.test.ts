import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand } from './run-command.ts';

const cli = path.join(import.meta.dirname, '../../.vite/build/cli.js');
const fixtures = path.join(import.meta.dirname, '../fixtures/backlog-md');

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

function start(...args: string[]): ChildProcess {
  const env = { ...process.env, SWEATSHOP_HOME: home };
  const child = spawn(process.execPath, [cli, ...args], { env });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function run(...args: string[]) {
  const child = start(...args);
  const written = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (written.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (written.stderr += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...written };
}

function makeBacklog(count: number): string {
  const dir = path.join(temporaryFolder(), 'backlog');
  mkdirSync(path.join(dir, 'tasks'), { recursive: true });
  for (let number = 1; number <= count; number += 1) {
    const text = `---\nid: A-${String(number)}\ntitle: Task\nlabels: [a, b]\n---\n\n## Description\n\nText\n`;
    writeFileSync(path.join(dir, `tasks/a-${String(number)}.md`), text);
  }
  return dir;
}

describe('the sweatshop process', () => {
  it('keeps results apart from messages and ends with the documented code', async () => {
    const { exitCode, stdout, stderr } = await run(
      ...['import', 'backlog-md', path.join(fixtures, 'broken'), '--json'],
    );
    expect(exitCode).toBe(3);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      counts: [{ table: 'tickets', created: 1, changed: 0, skipped: 0 }],
    });
    expect(await run('db', 'status')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(home) as string,
      stderr: '',
    });
  });

  it.skipIf(process.platform === 'win32')(
    'runs by its name, as npm link puts it on the PATH',
    () => {
      const root = path.join(import.meta.dirname, '../..');
      const { bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
        bin: Record<string, string>;
      };
      const link = path.join(temporaryFolder(), 'sweatshop');
      symlinkSync(path.join(root, bin['sweatshop'] ?? ''), link);
      expect(execFileSync(link, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );

  it('tells how to get a page that is not built', () => {
    const build = path.join(temporaryFolder(), 'build');
    cpSync(path.dirname(cli), build, { recursive: true });
    symlinkSync(
      path.join(import.meta.dirname, '../../node_modules'),
      path.join(build, 'node_modules'),
    );
    const args = [path.join(build, 'cli.js'), 'serve', '--no-open', '--home', home];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'sweatshop: The page is not built. Run npm run build, and try again.\n',
    });
    expect(existsSync(home)).toBe(false);
  });

  it('names the process that uses the database', async () => {
    await runCommand(home, 'import', 'backlog-md', path.join(fixtures, 'shop'));
    const holder = await openTestHome(home);
    try {
      const { exitCode, stderr } = await run('db', 'backup', '--busy-timeout', '0');
      expect(exitCode).toBe(4);
      expect(stderr).toContain(String(process.pid));
      const status = await run('db', 'status', '--json');
      expect(status.exitCode).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ owner: { pid: process.pid } });
      expect(await run('db', 'check')).toMatchObject({ exitCode: 0 });
    } finally {
      await holder.close();
    }
  });

  it('does not complain when nobody reads on', async () => {
    const child = start('--help');
    child.stdout?.destroy();
    let stderr = '';
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full'))(
    'says in a sentence that its output finds no room',
    async () => {
      await runCommand(home, 'import', 'backlog-md', path.join(fixtures, 'shop'));
      const full = openSync('/dev/full', 'w');
      const env = { ...process.env, SWEATSHOP_HOME: home };
      const child = spawn(process.execPath, [cli, 'export'], {
        env,
        stdio: ['ignore', full, 'pipe'],
      });
      closeSync(full);
      let stderr = '';
      child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
      const [exitCode] = (await once(child, 'close')) as [number | null];
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^sweatshop: The output could not be written \(ENOSPC\)[^\n]*\n$/);
    },
  );

  it.each([0, 100, 250])(
    'leaves the database as it was when it is interrupted %i ms into an import',
    async (delayMs) => {
      await runCommand(home, 'import', 'backlog-md', path.join(fixtures, 'shop'));
      const before = readFileSync(path.join(home, 'sweatshop.db'));
      const child = start('import', 'backlog-md', makeBacklog(4_000));
      while (!existsSync(path.join(home, 'lock'))) await sleep(2);
      await sleep(delayMs);
      child.kill('SIGINT');
      const [, signal] = (await once(child, 'close')) as [number | null, string | null];

      expect(signal).toBe('SIGINT');
      expect(readFileSync(path.join(home, 'sweatshop.db')).equals(before)).toBe(true);
      expect(await runCommand(home, 'db', 'status')).toMatchObject({ exitCode: 0 });
    },
  );
});
