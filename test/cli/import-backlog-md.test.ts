import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandHost } from '../../src/cli/command-context.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runCommandWith, runJson } from './run-command.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures/backlog-md');
const shop = path.join(fixtures, 'shop');
const broken = path.join(fixtures, 'broken');

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

/** Reads the published file with another SQLite than ours. */
function query(sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'), { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

function databaseBytes(): Buffer {
  return readFileSync(path.join(home, 'sweatshop.db'));
}

function importing(dir: string, ...options: string[]) {
  return runCommand(home, 'import', 'backlog-md', dir, ...options);
}

describe('sweatshop import backlog-md', () => {
  it('brings in every task of a folder', async () => {
    const { exitCode, stdout } = await importing(shop);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/tickets +7 +0 +0\n/);
    expect(query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(
      query(
        'SELECT external_id, title, status, priority, labels FROM tickets ORDER BY external_id',
      ),
    ).toEqual(
      [
        ['SHOP-1', 'Open the shop (Node, TypeScript)', 'merged', 'medium', '["setup","cli"]'],
        ['SHOP-2', "Pay by card, even where it's slow", 'backlog', 'high', '["payment","web"]'],
        ['SHOP-3', 'Basket: show what is in it', 'in_progress', 'medium', '["web"]'],
        [
          'SHOP-3.1',
          'Sum of the basket with a title that is so long that it goes over two lines',
          ...['backlog', 'low', '[]'],
        ],
        ['SHOP-4', 'Old notes', 'merged', 'medium', '[]'],
        ['SHOP-5', '1.10', 'backlog', 'medium', '[]'],
        ['readme', 'How we work', 'backlog', 'medium', '[]'],
      ].map(([external_id, title, status, priority, labels]) => ({
        ...{ external_id, title, status, priority, labels },
      })),
    );
  });

  it('keeps all text, without the markers', async () => {
    await importing(shop);
    const [card] = query("SELECT * FROM tickets WHERE external_id = 'SHOP-2'");
    expect(card).toMatchObject({
      source: 'backlog-md',
      acceptance_criteria:
        '- [x] #1 A card can be entered\n- [ ] #2 A slow answer does not charge twice',
      created_at: '2026-03-01T08:15:00.000Z',
      updated_at: '2026-03-04T17:40:00.000Z',
    });
    expect(card?.['description']).toBe(
      [
        ...['Customers ask for cards.', '', 'The provider answers in up to 20 s.', ''],
        ...['## Definition of Done', '- [ ] #1 Tests pass', ''],
        ...['## Implementation Plan', '', '1. Form', '2. Idempotency key', ''],
        ...['## Comments', '', 'author: @mia', 'created: 2026-03-02 10:00', '---'],
        ...['The key comes from the cart.', '---'],
      ].join('\n'),
    );
    const [nested] = query("SELECT * FROM tickets WHERE external_id = 'SHOP-3.1'");
    expect(nested?.['acceptance_criteria']).toBe('- [ ] #1 The sum is right');
    expect(nested?.['description']).toContain('<!-- AC:BEGIN -->\n- [ ] #1 only an example');
    const [old] = query("SELECT * FROM tickets WHERE external_id = 'SHOP-4'");
    expect(old?.['description']).toBe(
      '## Implementation Notes\n\nOnly notes.\n\n# Implementation Plan\n\nA plan under a top heading.\n\n' +
        '## Final Summary\n\nDone. <!-- not a marker --> Kept.',
    );
  });

  it('links tickets whatever prefix the source used, and warns of tasks that do not exist', async () => {
    const { stderr } = await importing(shop);
    expect(stderr).toContain(
      `${path.join(shop, 'completed/shop-1 - Open-the-shop.md')}:11: warning: SHOP-1 depends on Shop/task-0`,
    );
    const links = query(
      'SELECT waiting.external_id AS waiting, blocker.external_id AS blocker FROM tickets AS waiting, ' +
        'json_each(waiting.depends_on) AS link JOIN tickets AS blocker ON blocker.id = link.value ORDER BY 1, 2',
    );
    expect(links).toEqual([
      { waiting: 'SHOP-2', blocker: 'SHOP-1' },
      { waiting: 'SHOP-3', blocker: 'SHOP-2' },
      { waiting: 'SHOP-3', blocker: 'SHOP-3.1' },
    ]);
  });

  it('orders each column as the source does', async () => {
    await importing(shop);
    const ids = query("SELECT external_id FROM tickets WHERE status = 'backlog' ORDER BY position");
    expect(ids.map((row) => row['external_id'])).toEqual([
      'SHOP-3.1',
      'SHOP-2',
      'readme',
      'SHOP-5',
    ]);
  });

  it('leaves the file byte for byte as it was the second time', async () => {
    await importing(shop);
    const before = databaseBytes();
    expect(await runJson(home, 'import', 'backlog-md', shop)).toMatchObject({
      counts: [{ table: 'tickets', created: 0, changed: 0, skipped: 7 }],
      conflicts: [],
      backup: null,
    });
    expect(databaseBytes().equals(before)).toBe(true);
  });

  it('names broken files with the line, and brings in the others', async () => {
    const { exitCode, stdout, stderr } = await importing(broken);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/tickets +1 +0 +0\n/);
    for (const place of [
      'b-2.md:3: error: not valid YAML',
      'b-3.md:1: error: title: is missing',
      'b-3.md:3: error: status: "Lost"',
      'b-3.md:4: error: priority: "urgent"',
      'b-3.md:5: error: created_date: "2026-02-30"',
      'b-4.md:1: error: there is no front matter',
      'b-5.md:2: error: id: b-1 is that of tasks/b-1.md already',
      'b-6.md:1: error: the file is empty',
      'b-7.md:1: error: the front matter that starts here is never closed',
    ]) {
      expect(stderr).toContain(path.join(broken, 'tasks', place));
    }
    expect(query('SELECT external_id FROM tickets')).toEqual([{ external_id: 'B-1' }]);
  });

  it('brings in a corrected file, and the links to it, with the next run', async () => {
    const dir = path.join(temporaryFolder(), 'backlog');
    mkdirSync(path.join(dir, 'tasks'), { recursive: true });
    const write = (name: string, ...fields: string[]) => {
      const text = ['---', ...fields, 'title: One', '---', ''].join('\n');
      writeFileSync(path.join(dir, 'tasks', name), text);
    };
    write('a-1.md', 'id: A-1', 'dependencies: [A-2]');
    write('a-2.md', 'id: [');
    await importing(dir);
    write('a-2.md', 'id: A-2');
    const { exitCode, stdout } = await importing(dir);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/tickets +1 +1 +0\n/);
    const links = query('SELECT 1 FROM tickets, json_each(depends_on)');
    expect(links).toHaveLength(1);
  });

  it('reports files that are not text or cannot be read', async () => {
    const dir = temporaryFolder();
    mkdirSync(path.join(dir, 'tasks/folder.md'), { recursive: true });
    writeFileSync(path.join(dir, 'tasks/latin.md'), Buffer.from('---\nid: \xff\n---\n', 'latin1'));
    symlinkSync('/does/not/exist', path.join(dir, 'tasks/gone.md'));
    expect(await runJson(home, 'import', 'backlog-md', dir)).toMatchObject({
      counts: [],
      notices: [
        {
          ...{ severity: 'error', place: 'tasks/gone.md' },
          message: 'the file cannot be read (ENOENT)',
        },
        {
          ...{ severity: 'error', place: 'tasks/latin.md' },
          message: expect.stringContaining('UTF-8') as string,
        },
      ],
    });
  });

  it.skipIf(process.platform === 'win32')('waits for no pipe and no device', async () => {
    const dir = temporaryFolder();
    mkdirSync(path.join(dir, 'tasks'));
    execFileSync('mkfifo', [path.join(dir, 'tasks/pipe.md'), path.join(dir, 'config.yml')]);
    await expect(importing(dir)).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('config.yml: this is not a file') as string,
    });
    rmSync(path.join(dir, 'config.yml'));
    symlinkSync('/dev/zero', path.join(dir, 'tasks/zero.md'));
    const error = { severity: 'error', message: 'this is not a file' };
    expect(await runJson(home, 'import', 'backlog-md', dir)).toMatchObject({
      notices: [
        { ...error, place: 'tasks/pipe.md' },
        { ...error, place: 'tasks/zero.md' },
      ],
    });
  });

  it.each(['backlog', '.backlog'])('finds %s/ in a project', async (name) => {
    const project = temporaryFolder();
    cpSync(shop, path.join(project, name), { recursive: true });
    expect(await runJson(home, 'import', 'backlog-md', project)).toMatchObject({
      counts: [{ table: 'tickets', created: 7 }],
    });
  });

  it('makes no database for a dry run', async () => {
    const { exitCode, stdout } = await importing(shop, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Nothing was imported.*\n.*\n +tickets +7 +0 +0\n/);
    expect(existsSync(home)).toBe(false);
  });

  it('compares with what is there in a dry run, and changes nothing', async () => {
    await importing(broken);
    const before = databaseBytes();
    expect(await runJson(home, 'import', 'backlog-md', shop, '--dry-run')).toMatchObject({
      ...{ dryRun: true, counts: [{ created: 7, changed: 0, skipped: 0 }] },
    });
    expect(await runJson(home, 'import', 'backlog-md', broken, '--dry-run')).toMatchObject({
      counts: [{ created: 0, changed: 0, skipped: 1 }],
    });
    expect(databaseBytes().equals(before)).toBe(true);
  });

  it.each([
    ['fixtures', 'is not a Backlog.md folder'],
    ['nowhere', 'there is no such file or folder'],
  ])('says what to do about the folder %s, and makes no database', async (name, message) => {
    const { exitCode, stdout, stderr } = await importing(path.join(fixtures, '../..', name));
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(existsSync(home)).toBe(false);
  });

  it('says who holds the database when it is in use, and changes nothing', async () => {
    await importing(broken);
    const before = databaseBytes();
    const holder = await openTestHome(home);
    try {
      const { exitCode, stdout, stderr } = await importing(shop, '--busy-timeout', '0');
      expect(exitCode).toBe(4);
      expect(stdout).toBe('');
      expect(stderr).toContain(`process ${String(process.pid)}`);
    } finally {
      await holder.close();
    }
    expect(databaseBytes().equals(before)).toBe(true);
  });

  it('has every ticket in the redo log where something is in the way of the file', async () => {
    const file = path.join(home, 'sweatshop.db');
    const openAndSpoil: CommandHost['openHome'] = async (folder) => {
      const opened = await openTestHome(folder);
      rmSync(file, { force: true });
      mkdirSync(path.join(file, 'in-the-way'), { recursive: true });
      return opened;
    };
    const { exitCode } = await runCommandWith({ openHome: openAndSpoil }, [
      ...['import', 'backlog-md', shop, '--home', home],
    ]);
    expect(exitCode).toBe(0);
    rmSync(file, { recursive: true });
    expect(await runJson(home, 'import', 'backlog-md', shop)).toMatchObject({
      counts: [{ created: 0, skipped: 7 }],
    });
  });
});
