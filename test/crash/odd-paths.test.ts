import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Account, closeHome, notesOf, openHomeOn, write } from './crash-home.ts';

it.each([
  ['composed letters', 'gr\u00fcn'],
  ['decomposed letters', 'gru\u0308n'],
  ['spaces and quotes', ` it's "my" home; DROP TABLE `],
  ['signs that mean something elsewhere', '%41?#[x]*~$HOME'],
  ['a name of 250 letters', 'n'.repeat(250)],
])('keeps a home whose path has %s (row 64)', async (_, name) => {
  const home = path.join(temporaryFolder(), name);
  const account = new Account();
  const first = await openHomeOn(nodeFileSystem, home);
  await write(first, account, { kind: 'add', text: 'a' });
  await closeHome(first);
  const next = await openHomeOn(nodeFileSystem, home);
  expect(next.store.database && notesOf(next.store.database)).toEqual(account.last);
  expect(account.answered).toBe(1);
  await closeHome(next);
});

it('refuses a path that no file system takes before it writes anything (row 64)', async () => {
  const folder = temporaryFolder();
  const home = path.join(folder, 'n'.repeat(300));
  await expect(openHomeOn(nodeFileSystem, home)).rejects.toMatchObject({ code: 'Unavailable' });
  expect(existsSync(home)).toBe(false);
});
