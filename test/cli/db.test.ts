import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backup, CheckReport, RecoveryReport } from '../../src/shared/types.ts';
import { startOwner } from '../support/home-owner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runCommandWith, runJson } from './run-command.ts';

const shop = path.join(import.meta.dirname, '../fixtures/backlog-md/shop');
const COMMANDS = ['status', 'check', 'backup', 'restore', 'recover'];

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

/** Makes a home with the tickets of the shop. */
async function makeShop(): Promise<void> {
  expect(await runCommand(home, 'import', 'backlog-md', shop)).toMatchObject({ exitCode: 0 });
}

async function addTicket(title: string): Promise<void> {
  const opened = await openTestHome(home);
  opened.app.services.tickets.create({ title });
  await opened.close();
}

async function countTickets(): Promise<number> {
  const opened = await openTestHome(home);
  try {
    return opened.app.services.tickets.list().length;
  } finally {
    await opened.close();
  }
}

function spoil(...names: string[]): void {
  const file = path.join(home, ...names);
  writeFileSync(file, 'no database at all'.repeat(400));
}

/** Damages all but one backup, and takes the redo log away: what came after the backup is lost, so a person decides. */
function damage(): void {
  spoil('sweatshop.db');
  rmSync(path.join(home, 'backups/previous.db'), { force: true });
  rmSync(path.join(home, 'journal'), { recursive: true });
}

/** What lies in the home, to see that nothing was changed. */
function contents(): Map<string, string> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'lock')
    .map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file, readFileSync(file).toString('base64')]));
}

it.each(COMMANDS)('db %s makes no database where there is none', async (command) => {
  const { exitCode, stdout, stderr } = await runCommand(home, 'db', command);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`There is no database in ${home} yet`);
  expect(existsSync(home)).toBe(false);
});

describe('sweatshop db status', () => {
  it('has every field that a script may rely on', async () => {
    await makeShop();
    expect(await runJson(home, 'db', 'status')).toMatchObject({
      path: path.join(home, 'sweatshop.db'),
      bytes: statSync(path.join(home, 'sweatshop.db')).size,
      state: 'saved',
      owner: null,
      seq: 2,
      durableSeq: 2,
      publishedSeq: 2,
      publishedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      lastError: null,
    });
  });
});

describe('sweatshop db check', () => {
  it('finds a sound home sound, changes nothing, and works beside the app', async () => {
    await makeShop();
    const before = contents();
    const { exitCode, stdout } = await runCommand(home, 'db', 'check');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/✓ sound +sweatshop\.db/);
    expect(stdout).toContain('All is sound.');
    expect(contents()).toEqual(before);
    const holder = await openTestHome(home);
    try {
      expect(await runCommand(home, 'db', 'check')).toMatchObject({ exitCode: 0 });
    } finally {
      await holder.close();
    }
  });

  it('ends with 5 and names the file that is damaged', async () => {
    await makeShop();
    spoil('sweatshop.db');
    const before = contents();
    const { exitCode, stdout } = await runCommand(home, 'db', 'check');
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/✗ damaged +sweatshop\.db/);
    const report = (await runJson(home, 'db', 'check')) as CheckReport;
    expect(report.isSound).toBe(false);
    expect(contents()).toEqual(before);
  });
});

describe('a home that lacks something', () => {
  it('prints no figure that is not known, and sees the log without the file', async () => {
    await makeShop();
    rmSync(path.join(home, 'sweatshop.db'));
    const { exitCode, stdout } = await runCommand(home, 'db', 'status');
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/size +there is no file\n/);
    expect(stdout).toMatch(/last saved +unknown\n/);
    expect(stdout).toMatch(/changes +2 made, 2 safe on disk\n/);
    expect((await runCommand(home, 'db', 'check')).stdout).toMatch(/✓ sound +redo log +It holds/);

    rmSync(path.join(home, 'journal'), { recursive: true });
    rmSync(path.join(home, 'backups'), { recursive: true });
    writeFileSync(path.join(home, 'sweatshop.db'), '');
    const empty = (await runCommand(home, 'db', 'status')).stdout;
    expect(empty).toMatch(/size +0 B\n/);
    expect(empty).toMatch(/changes +unknown\n/);
  });

  it('is not called damaged for want of a copy or of the log', async () => {
    await makeShop();
    spoil('backups', 'previous.db');
    const { exitCode, stdout } = await runCommand(home, 'db', 'status');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/state +everything is in the file\n/);
    expect(stdout).toContain('previous.db: ');
    const checked = await runCommand(home, 'db', 'check');
    expect(checked.exitCode).toBe(5);
    expect(checked.stdout).toMatch(/✗ damaged +previous\.db/);
    expect(checked.stdout).toContain('nothing has to be done');
    expect(checked.stdout).not.toContain('db recover');

    rmSync(path.join(home, 'backups/previous.db'));
    rmSync(path.join(home, 'journal'), { recursive: true });
    expect(await runCommand(home, 'db', 'status')).toMatchObject({ exitCode: 0 });
    const withoutLog = await runCommand(home, 'db', 'check');
    expect(withoutLog.exitCode).toBe(0);
    expect(withoutLog.stdout).toMatch(/redo log +There is none/);
  });
});

describe('sweatshop db backup', () => {
  it('makes one and tells where it is and what it holds', async () => {
    await makeShop();
    const backup = (await runJson(home, 'db', 'backup')) as Backup;
    expect(backup).toMatchObject({ kind: 'manual', problem: null, facts: { tickets: 7 } });
    expect(existsSync(backup.path)).toBe(true);
    const { exitCode, stdout } = await runCommand(home, 'db', 'backup');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('7 tickets');
  });

  it('is done by the app while it runs', async () => {
    await makeShop();
    const { home: opened } = await startOwner(home);
    opened.app.services.tickets.create({ title: 'Not in the file yet' });
    expect(await runJson(home, 'db', 'backup')).toMatchObject({ facts: { tickets: 8 } });
  });

  it.each(['backup', 'restore', 'recover'])(
    'leaves %s to a process that has the database open and hears no commands, and says so',
    async (command) => {
      await makeShop();
      await startOwner(home, { listens: false });
      const { exitCode, stderr } = await runCommand(home, 'db', command, '--busy-timeout', '0.2');
      expect(exitCode).toBe(4);
      expect(stderr).toContain(`process ${String(process.pid)}`);
      expect(stderr).toContain('--busy-timeout');
    },
  );
});

describe('sweatshop db restore', () => {
  it('lists what each backup holds and changes nothing', async () => {
    await makeShop();
    const backup = (await runJson(home, 'db', 'backup')) as Backup;
    const { exitCode, stdout } = await runCommand(home, 'db', 'restore');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`${backup.name} +manual .* 7 `));
    expect(stdout).toContain('db restore NAME');
  });

  it('puts a backup back and keeps the state before, so that it can be undone', async () => {
    await makeShop();
    const { name } = (await runJson(home, 'db', 'backup')) as Backup;
    await addTicket('One more');
    const { exitCode, stdout, stderr } = await runCommand(home, 'db', 'restore', name, '--yes');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/now +8 tickets/);
    expect(stderr).toMatch(/restored +7 tickets/);
    const kept = /kept before +(\S+)/.exec(stdout)?.[1] ?? '';
    expect(await countTickets()).toBe(7);
    expect(existsSync(kept)).toBe(true);
    const undone = await runCommand(home, 'db', 'restore', path.basename(kept), '--yes');
    expect(undone.exitCode).toBe(0);
    expect(await countTickets()).toBe(8);
  });

  it('puts a backup back in the app while it runs', async () => {
    await makeShop();
    const { home: opened } = await startOwner(home);
    await runCommand(home, 'db', 'backup');
    opened.app.services.tickets.create({ title: 'One more' });
    const { exitCode, stderr } = await runCommand(home, 'db', 'restore', 'latest', '--yes');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/now +8 tickets/);
    expect(opened.app.services.tickets.list()).toHaveLength(7);
  });

  it('takes the number of a backup, and latest for the newest sound one', async () => {
    await makeShop();
    const { name } = (await runJson(home, 'db', 'backup')) as Backup;
    await addTicket('One more');
    const number = String(Number(name.slice(0, 6)));
    const byNumber = await runCommand(home, 'db', 'restore', number, '--yes', '--json');
    expect(JSON.parse(byNumber.stdout)).toMatchObject({ restored: { name } });
    expect(await runCommand(home, 'db', 'restore', 'latest', '--yes')).toMatchObject({
      exitCode: 0,
    });
    // The newest is the state before the first restore.
    expect(await countTickets()).toBe(8);
  });

  it('asks on a terminal, and does nothing without an answer or a way to ask', async () => {
    await makeShop();
    const { name } = (await runJson(home, 'db', 'backup')) as Backup;
    await addTicket('One more');
    const args = ['db', 'restore', name, '--home', home];
    const questions: string[] = [];
    const confirm = (question: string) => {
      questions.push(question);
      return Promise.resolve(false);
    };
    const refused = await runCommandWith({ confirm }, args);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('Nothing was changed.');
    expect(questions).toEqual(['Restore it? The present state is kept as a backup.']);
    const unasked = await runCommandWith({}, args);
    expect(unasked.exitCode).toBe(2);
    expect(unasked.stderr).toContain('Add --yes');
    expect(await countTickets()).toBe(8);
    const agreed = await runCommandWith({ confirm: () => Promise.resolve(true) }, args);
    expect(agreed.exitCode).toBe(0);
    expect(await countTickets()).toBe(7);
  });

  it('refuses a backup that is damaged or not there', async () => {
    await makeShop();
    const { name } = (await runJson(home, 'db', 'backup')) as Backup;
    spoil('backups', name);
    const damaged = await runCommand(home, 'db', 'restore', name, '--yes');
    expect(damaged.exitCode).toBe(5);
    expect(damaged.stderr).toContain(`${name} cannot be restored`);
    const missing = await runCommand(home, 'db', 'restore', '../sweatshop.db', '--yes');
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain('There is no backup ../sweatshop.db');
  });
});

describe('sweatshop db recover', () => {
  it('takes the decision to the app that waits for it', async () => {
    await makeShop();
    await runCommand(home, 'db', 'backup');
    await addTicket('After the backup');
    damage();
    const { home: opened } = await startOwner(home);
    const report = (await runJson(home, 'db', 'recover')) as RecoveryReport;
    const { exitCode } = await runCommand(
      ...([home, 'db', 'recover', report.options[0]?.id ?? '', '--yes'] as const),
    );
    expect(exitCode).toBe(0);
    expect(opened.app.services.tickets.list()).toHaveLength(7);
  });

  it('says that there is nothing to recover', async () => {
    await makeShop();
    const { exitCode, stdout } = await runCommand(home, 'db', 'recover');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('There is nothing to recover');
  });

  it('tells what the start mended, and where the damaged file is', async () => {
    await makeShop();
    spoil('sweatshop.db');
    const { exitCode, stdout } = await runCommand(home, 'db', 'recover');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing is lost');
    expect(stdout).toContain(path.join(home, 'quarantine'));
    expect(stdout).not.toContain('nothing to recover');
    expect((await runCommand(home, 'db', 'recover')).stdout).toContain('nothing to recover');
  });

  it('tells what is wrong and what can be done, and changes nothing', async () => {
    await makeShop();
    await runCommand(home, 'db', 'backup');
    await addTicket('After the first backup');
    await runCommand(home, 'db', 'backup');
    damage();
    const before = contents();
    const { exitCode, stdout } = await runCommand(home, 'db', 'recover');
    expect(exitCode).toBe(5);
    expect(stdout).toContain(path.join(home, 'sweatshop.db'));
    expect(stdout).toContain('(recommended)');
    expect(stdout).toContain('7 tickets');
    expect(contents()).toEqual(before);
    expect(await runCommand(home, 'db', 'status')).toMatchObject({ exitCode: 5 });
  });

  it('keeps an import out until somebody has decided', async () => {
    await makeShop();
    await runCommand(home, 'db', 'backup');
    await addTicket('After the backup');
    damage();
    const before = contents();
    const { exitCode, stderr } = await runCommand(home, 'import', 'backlog-md', shop);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('sweatshop db recover');
    expect(contents()).toEqual(before);
  });

  it('goes on with an option, and keeps what it leaves aside', async () => {
    await makeShop();
    await runCommand(home, 'db', 'backup');
    await addTicket('After the backup');
    damage();
    const report = (await runJson(home, 'db', 'recover')) as RecoveryReport;
    const [best] = report.options;
    const spoiled = readFileSync(path.join(home, 'sweatshop.db'));
    const unknown = await runCommand(home, 'db', 'recover', 'nonsense', '--yes');
    expect(unknown.exitCode).toBe(2);
    const { exitCode, stdout } = await runCommand(home, 'db', 'recover', best?.id ?? '', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('The database is open again');
    expect(await countTickets()).toBe(7);
    const kept = readdirSync(path.join(home, 'quarantine'), { recursive: true })
      .map((name) => path.join(home, 'quarantine', String(name)))
      .filter((file) => statSync(file).isFile());
    expect(kept.some((file) => readFileSync(file).equals(spoiled))).toBe(true);
    expect(await runCommand(home, 'db', 'recover')).toMatchObject({ exitCode: 0 });
  });
});
