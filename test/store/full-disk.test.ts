import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openStore } from '../../src/store/store.ts';
import { HastyClock } from '../support/manual-clock.ts';
import { NoteDatabase, notesIn } from '../support/note-database.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

it('keeps the old file on a disk that is really full, and saves by itself when there is room', async (context) => {
  const disk = mountSmallDisk();
  if (!disk) {
    context.skip('This user may not mount a small disk.');
    return;
  }
  const home = path.join(disk, 'home');
  const store = await openStore({ home, fileSystem: nodeFileSystem, clock: new HastyClock() });
  onTestFinished(() => store.close());
  const database = await NoteDatabase.open(store.image);
  store.attach(database, true);
  database.add('one');
  await store.flush();

  const ballast = path.join(disk, 'ballast');
  writeFileSync(ballast, new Uint8Array(700_000));
  database.add('x'.repeat(400_000));
  await expect(store.flush()).rejects.toMatchObject({ code: 'StorageFull' });
  expect(await notesIn(readFileSync(path.join(home, 'sweatshop.db')))).toEqual(['one']);
  expect(readdirSync(home).sort()).toEqual(['lock', 'sweatshop.db']);

  const saved = new Promise<void>((resolve) => {
    store.onStatusChanged(({ state }) => {
      if (state === 'saved') resolve();
    });
  });
  unlinkSync(ballast);
  await saved;
  expect(await notesIn(readFileSync(path.join(home, 'sweatshop.db')))).toHaveLength(2);
});
