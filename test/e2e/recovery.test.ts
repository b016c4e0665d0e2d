import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openTestHome } from '../cli/run-command.ts';
import {
  cardTitled,
  openPage,
  openTab,
  screenshot,
  startServer,
  temporaryFolder,
} from './harness.ts';

/** A home with one ticket in a backup, another after it, and a database that only the backup can replace. */
async function damagedHome(): Promise<string> {
  const home = temporaryFolder();
  const opened = await openTestHome(home);
  opened.app.services.tickets.create({ title: 'In the backup' });
  await opened.app.call('db:backup', []);
  opened.app.services.tickets.create({ title: 'After the backup' });
  await opened.close();
  writeFileSync(path.join(home, 'sweatshop.db'), 'no database at all'.repeat(400));
  const backups = path.join(home, 'backups');
  for (const name of readdirSync(backups)) {
    if (!name.includes('manual')) rmSync(path.join(backups, name));
  }
  rmSync(path.join(home, 'journal'), { recursive: true });
  return home;
}

/** Edits the file as a person with sqlite3 would. */
function editFile(home: string, sql: string): void {
  const database = new DatabaseSync(path.join(home, 'sweatshop.db'));
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

function filesUnder(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file));
}

describe('a start that finds damage', () => {
  it('asks which version to open, opens it, and keeps everything else', async () => {
    const home = await damagedHome();
    const spoiled = readFileSync(path.join(home, 'sweatshop.db'));
    const page = await openPage(await startServer(home));
    await page.getByRole('heading', { name: 'Which version shall be opened?' }).waitFor();
    const tab = await openTab(page);
    await tab.getByRole('heading', { name: 'Which version shall be opened?' }).waitFor();
    await expect.poll(() => page.getByText('is not a SQLite database').count()).toBe(1);
    expect(readFileSync(path.join(home, 'sweatshop.db')).equals(spoiled)).toBe(true);
    await screenshot(page, 'recovery');

    const recommended = page.getByRole('radio', { checked: true });
    expect(await recommended.count()).toBe(1);
    await page.getByRole('button', { name: 'Open this version' }).click();
    const question = page.getByRole('dialog');
    await question.getByRole('button', { name: 'Open this version' }).click();

    await cardTitled(page, 'In the backup').waitFor();
    await cardTitled(tab, 'In the backup').waitFor();
    expect(await cardTitled(page, 'After the backup').count()).toBe(0);
    const kept = filesUnder(path.join(home, 'quarantine'));
    expect(kept.some((file) => file.equals(spoiled))).toBe(true);
    await page.evaluate(() => window.sweatshop.tickets.create({ title: 'Afterwards' }));
    await cardTitled(tab, 'Afterwards').waitFor();
  });

  it('changes nothing when the person thinks better of it', async () => {
    const home = await damagedHome();
    const page = await openPage(await startServer(home));
    await page.getByRole('button', { name: 'Open this version' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Which version shall be opened?' }).waitFor();
    // Keys that create or go somewhere have no meaning here.
    await page.keyboard.press('c');
    expect(await page.getByRole('textbox').count()).toBe(0);
    const failure = await page.evaluate(() =>
      window.sweatshop.tickets
        .create({ title: 'x' })
        .catch((error: unknown) => (error as { code: string }).code),
    );
    expect(failure).toBe('DatabaseCorrupt');
  });
});

describe('an edit by another program', () => {
  it('appears in the page by itself while nothing is unsaved', async () => {
    const home = temporaryFolder();
    const page = await openPage(await startServer(home));
    await page.evaluate(async () => {
      await window.sweatshop.tickets.create({ title: 'Paint the fence' });
      await window.sweatshop.db.flush();
    });
    await cardTitled(page, 'Paint the fence').waitFor();
    editFile(home, `UPDATE tickets SET title = 'Paint the gate'`);
    await cardTitled(page, 'Paint the gate').waitFor();
  });

  it.each(['ours', 'theirs'] as const)(
    'is put to the person while something is unsaved; %s goes on and the other is a backup',
    async (side) => {
      const home = temporaryFolder();
      const page = await openPage(await startServer(home));
      await page.evaluate(async () => {
        await window.sweatshop.tickets.create({ title: 'Common' });
        await window.sweatshop.db.flush();
      });
      await page.evaluate(() => window.sweatshop.tickets.create({ title: 'Made here' }));
      // As long as changes go on the file waits for quiet, so the edit comes before it is saved.
      const goingOn = page.evaluate(async () => {
        for (let count = 1; count <= 10; count += 1) {
          await window.sweatshop.tickets.create({ title: `Filler ${String(count)}` });
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      });
      editFile(home, `UPDATE tickets SET title = 'Made elsewhere' WHERE title = 'Common'`);
      await goingOn;
      await page.getByText('Another program changed the file', { exact: true }).first().waitFor();
      await screenshot(page, `conflict-${side}`);
      await page.getByRole('button', { name: 'Decide…' }).click();
      const dialog = page.getByRole('dialog');
      const use = dialog.getByRole('button', { name: 'Use this version' });
      expect(await use.isDisabled()).toBe(true);
      await dialog.getByText('while changes here waited to be saved').waitFor();
      await dialog
        .getByRole('radio', {
          name: side === 'ours' ? 'What you see here' : 'What the other program wrote',
        })
        .check();
      await screenshot(page, `conflict-dialog-${side}`);
      await use.click();
      await cardTitled(page, side === 'ours' ? 'Made here' : 'Made elsewhere').waitFor();
      await expect
        .poll(() => cardTitled(page, side === 'ours' ? 'Made elsewhere' : 'Made here').count())
        .toBe(0);
      const backups = await page.evaluate(() => window.sweatshop.db.backups());
      expect(backups.some(({ kind }) => kind === 'foreign')).toBe(true);
      await expect.poll(() => page.getByRole('button', { name: 'Decide…' }).count()).toBe(0);
    },
  );
});

describe('an older copy that another program puts in place', () => {
  it('is called one where the person decides', async () => {
    const home = temporaryFolder();
    const file = path.join(home, 'sweatshop.db');
    const page = await openPage(await startServer(home));
    const save = async (title: string): Promise<void> => {
      await page.evaluate(async (given) => {
        await window.sweatshop.tickets.create({ title: given });
        await window.sweatshop.db.flush();
      }, title);
    };
    await save('Early');
    const early = readFileSync(file);
    await save('Late');
    writeFileSync(file, early);
    await page.getByRole('button', { name: 'Decide…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('put an older copy').waitFor();
    await dialog.getByText('It is older than what was saved last').waitFor();
    await screenshot(page, 'conflict-older');
  });
});

describe('the page of the database', () => {
  it('backs up, restores and checks by the keyboard and the mouse', async () => {
    const home = temporaryFolder();
    const page = await openPage(await startServer(home));
    await page.evaluate(() => window.sweatshop.tickets.create({ title: 'Before' }));
    await page.keyboard.press('Control+k');
    await page.keyboard.type('restore');
    await page.keyboard.press('Enter');
    const main = page.getByRole('main', { name: 'Database' });
    await main.waitFor();
    await main.getByRole('button', { name: 'Back up now' }).click();
    await main.getByRole('cell', { name: 'By hand' }).waitFor();
    await page.evaluate(() => window.sweatshop.tickets.create({ title: 'Afterwards' }));
    await main.getByRole('button', { name: 'Check files' }).click();
    await main.getByText(/All \d+ files are sound\./).waitFor();
    await screenshot(page, 'database-light');
    await page.setViewportSize({ width: 900, height: 900 });
    const cut = await main
      .locator('li .name')
      .evaluateAll((names) => names.filter((name) => name.scrollWidth > name.clientWidth).length);
    expect(cut).toBe(0);
    await screenshot(page, 'database-900');
    await page.setViewportSize({ width: 1440, height: 900 });

    const row = main.getByRole('row').filter({ hasText: 'By hand' });
    await row.getByRole('button', { name: /^Restore the backup/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('After the restore').waitFor();
    const made = await dialog.getByText('Made', { exact: true }).boundingBox();
    expect(made?.y).toBe((await dialog.getByText('Last change', { exact: true }).boundingBox())?.y);
    await screenshot(page, 'restore-light');
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await main.getByRole('cell', { name: 'Before a restore' }).waitFor();
    await page.keyboard.press('1');
    await cardTitled(page, 'Before').waitFor();
    await expect.poll(() => cardTitled(page, 'Afterwards').count()).toBe(0);
  });

  it('marks a damaged backup and says what is wrong with it', async () => {
    const home = temporaryFolder();
    const page = await openPage(await startServer(home));
    const { path: file } = await page.evaluate(() => window.sweatshop.db.backup());
    writeFileSync(file, 'no database at all'.repeat(400));
    await page.getByRole('button', { name: 'Database' }).click();
    const row = page.getByRole('row').filter({ hasText: 'By hand' });
    await row.getByText('Damaged').waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Check files' }).click();
    await page.getByText(/are not sound\.$/).waitFor();
    await screenshot(page, 'database-damaged');
  });
});
