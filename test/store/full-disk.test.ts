import { readFileSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { HastyClock } from '../support/manual-clock.ts';
import { notesIn, notesOf } from '../support/note-engine.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
import { openStoreOn } from './store-fixture.ts';

it('refuses writes on a disk that is really full, and saves what waited by itself when there is room (row 28)', async (context) => {
  const disk = mountSmallDisk(8);
  if (!disk) {
    context.skip('This user may not mount a small disk.');
    return;
  }
  const home = path.join(disk, 'home');
  const store = await openStoreOn(nodeFileSystem, home, new HastyClock());
  onTestFinished(() => store.close());
  if (!store.database) throw new Error('There is no database.');
  const { add, notes } = notesOf(store.database);
  add('one');
  await store.flush();

  const ballast = path.join(disk, 'ballast');
  fillDisk(ballast);
  add('x'.repeat(400_000));
  await expect(store.flush()).rejects.toMatchObject({ code: 'StorageFull' });
  await expect(store.whenDurable()).rejects.toMatchObject({ code: 'StorageFull' });
  expect(store.status()).toMatchObject({ state: 'readOnly', lastError: { code: 'StorageFull' } });
  expect(notes()).toHaveLength(2);
  expect(() => {
    add('three');
  }).toThrow(expect.objectContaining({ code: 'StorageFull' }));
  expect(await notesIn(readFileSync(path.join(home, 'sweatshop.db')))).toEqual(['one']);

  const saved = new Promise<void>((resolve) => {
    store.onStatusChanged(({ state }) => {
      if (state === 'saved') resolve();
    });
  });
  unlinkSync(ballast);
  await saved;
  expect(await notesIn(readFileSync(path.join(home, 'sweatshop.db')))).toHaveLength(2);
});
