import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runCommandWith } from './run-command.ts';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

async function makeHome(...titles: string[]): Promise<void> {
  const opened = await openTestHome(home);
  for (const title of titles) opened.app.services.tickets.create({ title });
  await opened.close();
}

const query = (...args: string[]) => runCommand(home, 'db', 'query', ...args);

/** What lies in the home, to see that nothing was changed. */
function contents(): Map<string, string> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'lock')
    .map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file, readFileSync(file).toString('base64')]));
}

describe('sweatshop db query', () => {
  it('makes no database where there is none', async () => {
    const { exitCode, stderr } = await query('SELECT 1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('There is no database');
    expect(existsSync(home)).toBe(false);
  });

  it('answers as a table for people, and changes nothing', async () => {
    await makeHome('One', 'Two');
    const before = contents();
    const { exitCode, stdout } = await query(
      "SELECT title, position, NULL AS nil, '' AS empty, x'00ff' AS blob FROM tickets ORDER BY title",
    );
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines).toEqual([
      ['title', 'position', 'nil', 'empty', 'blob'],
      ['One', expect.any(String), '–', "''", "x'00ff'"],
      ['Two', expect.any(String), '–', "''", "x'00ff'"],
      [''],
    ]);
    expect((await query('SELECT 1 WHERE 0')).stdout).toBe('No rows.\n');
    expect(contents()).toEqual(before);
  });

  it('answers as JSON and as CSV, exactly', async () => {
    await makeHome();
    const sql = `SELECT 1 AS a, 9223372036854775807 AS a, 0.5 AS half, NULL AS nil, '' AS empty, 'a,"b"' || char(10) AS text, x'00ff' AS blob, 9e999 AS much`;
    expect((await query('--json', sql)).stdout).toBe(
      '[\n  {"a": 1, "a:2": 9223372036854775807, "half": 0.5, "nil": null, "empty": "", ' +
        '"text": "a,\\"b\\"\\n", "blob": {"blob": "AP8="}, "much": 9e999}\n]\n',
    );
    expect((await query('--csv', sql)).stdout).toBe(
      `a,a,half,nil,empty,text,blob,much\n1,9223372036854775807,0.5,,"","a,""b""\n",x'00ff',Infinity\n`,
    );
    expect((await query('--json', 'SELECT 1 WHERE 0')).stdout).toBe('[]\n');
    expect(await query('--json', '--csv', 'SELECT 1')).toMatchObject({ exitCode: 2 });
  });

  it('takes the statement from standard input', async () => {
    await makeHome('One');
    const { stdout } = await runCommandWith(
      { readInput: () => Promise.resolve(Buffer.from('\ufeffSELECT title\n FROM tickets;\n')) },
      ['db', 'query', '-', '--json', '--home', home],
    );
    expect(JSON.parse(stdout)).toEqual([{ title: 'One' }]);
  });

  it('keeps what would reach into a terminal from it', async () => {
    await makeHome();
    const { stdout } = await query(
      `SELECT char(27) || '[2J' || char(7) || 'x' AS "a\u001b]0;owned\u0007"`,
    );
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it.each([
    'DELETE FROM tickets',
    "WITH x AS (SELECT 1) UPDATE tickets SET title = 'x' RETURNING id",
    '/**/PRAGMA/**/writable_schema = 1',
    "ATTACH 'x.db' AS x",
    'SELECT 1; DROP TABLE tickets',
    'SELECT nobody FROM tickets',
  ])('refuses %s with 2', async (sql) => {
    await makeHome('One');
    const before = contents();
    const { exitCode, stdout, stderr } = await query(sql);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/Give one SELECT|no such column: nobody/);
    expect(contents()).toEqual(before);
  });

  it('stops at the limit and says so', async () => {
    await makeHome('One', 'Two', 'Three');
    const { exitCode, stdout, stderr } = await query(
      '--limit',
      '2',
      'SELECT id FROM tickets',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(stderr).toContain('more than these 2 rows');
    expect(await query('--limit', '0', 'SELECT 1')).toMatchObject({ exitCode: 2 });
  });

  it('ends a query that never ends, and one that wants too much memory', async () => {
    await makeHome();
    const endless =
      'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';
    const slow = await query('--timeout', '0.3', endless);
    expect({ exitCode: slow.exitCode, stdout: slow.stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(slow.stderr).toContain('longer than 0.3 s');
    for (const value of [
      'randomblob(900000000)',
      'zeroblob(900000000)',
      "printf('%*c', 900000000, 'x')",
    ]) {
      const large = await query(`SELECT ${value}`);
      expect({ value, exitCode: large.exitCode }).toEqual({ value, exitCode: 1 });
      expect(large.stderr).toContain('more memory');
    }
  });

  it('reads what was saved last beside a process that answers nothing, and says so', async () => {
    await makeHome('Saved');
    const holder = await openTestHome(home);
    try {
      holder.app.services.tickets.create({ title: 'Not saved' });
      const { exitCode, stdout, stderr } = await query(
        ...['SELECT title FROM tickets', '--json', '--busy-timeout', '0'],
      );
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual([{ title: 'Saved' }]);
      expect(stderr).toMatch(/as it was saved on .*what came later is missing/);
    } finally {
      await holder.close();
    }
  });

  it('ends with 5 for a file that is damaged', async () => {
    await makeHome('One');
    const holder = await openTestHome(home);
    try {
      writeFileSync(path.join(home, 'sweatshop.db'), 'nothing');
      expect(await query('SELECT 1', '--busy-timeout', '0')).toMatchObject({ exitCode: 5 });
    } finally {
      await holder.close();
    }
  });
});
