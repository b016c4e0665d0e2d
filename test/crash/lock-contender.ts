/**
 * A process that tries to take the lock of the home of its first argument when its parent says so, and tells what came of
 * it. While it holds the lock it also holds a file that nobody else may hold.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { toWireError } from '../../src/shared/errors.ts';
import { systemClock } from '../../src/store/clock.ts';
import { lockHome, type HomeLock } from '../../src/store/lock.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';

const home = process.argv[2] ?? '';
const witness = path.join(home, 'witness');
let lock: HomeLock | null = null;

async function take(): Promise<string> {
  try {
    lock = await lockHome(nodeFileSystem, systemClock, home, () => null);
  } catch (error) {
    return toWireError(error).code;
  }
  try {
    closeSync(openSync(witness, 'wx'));
    return 'owner';
  } catch {
    return 'second owner';
  }
}

async function release(): Promise<string> {
  unlinkSync(witness);
  await lock?.release();
  lock = null;
  return 'released';
}

process.on('message', (order) => {
  void (order === 'take' ? take() : release()).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
