import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { open } from './store-fixture.ts';

it('makes no backup of a new home by the clock before something was written', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const backedUp = (): string[] =>
    readdirSync(path.join(home, 'backups')).filter((name) => /hourly|daily/.test(name));
  const { store } = await open(home);
  await store.close();
  expect(backedUp()).toEqual([]);
  const { store: later, add } = await open(home);
  add('one');
  await later.close();
  expect(backedUp()).toHaveLength(2);
});
