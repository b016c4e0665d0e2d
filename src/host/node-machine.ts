import fs from 'node:fs/promises';
import type { Machine } from '../core/ports/machine.ts';

/** The codes by which a system says that nothing is at a path; any other leaves that open. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/** The machine on which this process runs. */
export const nodeMachine: Machine = {
  async folderExists(path) {
    try {
      return (await fs.stat(path)).isDirectory();
    } catch (error) {
      return !ABSENT.has((error as NodeJS.ErrnoException).code);
    }
  },

  isProcessAlive(pid) {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      // A process of another user runs though it cannot be signalled.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};
