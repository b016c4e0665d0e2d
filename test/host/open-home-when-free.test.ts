import { expect, it } from 'vitest';
import { openHomeWhenFree } from '../../src/host/open-home-when-free.ts';
import { openHome } from '../../src/host/open-home.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function options() {
  return { host: 'cli', path: temporaryFolder(), wasm: readSqlWasm(), version: '0.0.0' } as const;
}

it('waits for a home that is being closed', async () => {
  const home = options();
  const first = await openHome(home);
  const second = openHomeWhenFree(home);
  setTimeout(() => void first.close(), 300);
  await (await second).close();
});

it('gives up on a home that stays open, and tells whose it is', async () => {
  const home = options();
  const first = await openHome(home);
  await expect(openHomeWhenFree(home)).rejects.toMatchObject({
    code: 'Busy',
    details: { pid: process.pid },
  });
  await first.close();
});
