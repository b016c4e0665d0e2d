import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportOutcome } from '../../src/cli/import-report.ts';
import { startOwner } from '../support/home-owner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { queryHome } from './imported-home.ts';
import { runCommand, runCommandWith, runJson } from './run-command.ts';

/** More than one call may carry. */
const ROWS = 2_500;

let folder: string;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = path.join(folder, 'home');
});

function writeTable(title: string): string {
  const rows = Array.from(
    { length: ROWS },
    (_, index) => `T-${String(index)},${title} ${String(index)},"${'text '.repeat(40)}"\n`,
  );
  const file = path.join(folder, 't.csv');
  writeFileSync(file, `id,title,description\n${rows.join('')}`);
  return file;
}

describe('sweatshop import beside the running app', () => {
  it('hands everything to it in parts, shows its progress, and takes over changes the second time', async () => {
    const owner = await startOwner(home);
    let written = '';
    const stderr = { isTTY: true, columns: 100, write: (text: string) => (written += text) };
    const { exitCode, stdout } = await runCommandWith({ stderr }, [
      ...['import', writeTable('One'), '--home', home],
    ]);
    expect({ exitCode, stdout: stdout.split('\n').slice(0, 3) }).toEqual({
      exitCode: 0,
      stdout: [
        expect.stringContaining('(csv):'),
        expect.anything(),
        '  tickets    2,500        0             0',
      ],
    });
    expect(written).toMatch(/Sending █+░+ 2000 of 2500|Sending █+ 2500 of 2500/);
    expect(written).toMatch(/Importing █+ \d+ of \d+/);
    const again = (await runJson(home, 'import', writeTable('Two'))) as ImportOutcome;
    expect(again.counts).toEqual([{ table: 'tickets', created: 0, changed: ROWS, skipped: 0 }]);
    expect(existsSync(again.backup?.path ?? '')).toBe(true);
    await owner.close();
    expect(queryHome(home, 'SELECT count(*) AS count, min(title) AS title FROM tickets')).toEqual([
      { count: ROWS, title: 'Two 0' },
    ]);
  });

  it('changes nothing in a dry run', async () => {
    const owner = await startOwner(home);
    const before = (await owner.home.app.call('db:status', [])) as { value: { seq: number } };
    const { stdout } = await runCommand(home, 'import', writeTable('One'), '--dry-run');
    expect(stdout).toContain('Nothing was imported');
    expect(stdout).toMatch(/tickets +2,500 +0 +0\n/);
    const after = (await owner.home.app.call('db:status', [])) as { value: { seq: number } };
    expect(after.value.seq).toBe(before.value.seq);
    expect(await owner.home.app.call('ticket:count', [])).toMatchObject({ value: 0 });
  });
});
