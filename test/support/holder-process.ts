/** A process that opens and closes the home of its first argument when its parent says so, and tells how it went. */
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { systemClock } from '../../src/store/clock.ts';
import { toWireError } from '../../src/shared/errors.ts';
import { openStore, type Store } from '../../src/store/store.ts';

const home = process.argv[2] ?? '';
let store: Store | null = null;

async function obey(order: unknown): Promise<unknown> {
  if (order === 'close') {
    await store?.close();
    store = null;
    return { isOpen: false };
  }
  try {
    store = await openStore({ home, fileSystem: nodeFileSystem, clock: systemClock });
    return { isOpen: true };
  } catch (error) {
    return { isOpen: false, error: toWireError(error) };
  }
}

process.on('message', (order) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
