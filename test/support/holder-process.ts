/** A process that takes and releases the lock of the home of its first argument when its parent says so, and tells how it went. */
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { systemClock } from '../../src/store/clock.ts';
import { toWireError } from '../../src/shared/errors.ts';
import { prepareHome } from '../../src/store/home-folder.ts';
import { lockHome, type HomeLock } from '../../src/store/lock.ts';

const home = process.argv[2] ?? '';
let lock: HomeLock | null = null;

async function obey(order: unknown): Promise<unknown> {
  if (order === 'close') {
    await lock?.release();
    lock = null;
    return { isOpen: false };
  }
  try {
    lock = await lockHome(
      nodeFileSystem,
      systemClock,
      await prepareHome(nodeFileSystem, home),
      () => null,
    );
    return { isOpen: true };
  } catch (error) {
    return { isOpen: false, error: toWireError(error) };
  }
}

process.on('message', (order) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
