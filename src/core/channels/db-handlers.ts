import type { Storage } from '../ports/storage.ts';
import type { ProblemService } from '../services/problem-service.ts';
import type { HandlersOf } from './handlers.ts';

export function dbHandlers(storage: Storage, problems: ProblemService): HandlersOf<'db'> {
  return { ...storageHandlers(storage), problems: () => problems.list() };
}

/** The calls that only the storage answers, also while there is no database. */
export function storageHandlers(storage: Storage): Omit<HandlersOf<'db'>, 'problems'> {
  return {
    status: () => storage.status(),
    flush: () => storage.flush(),
    check: () => storage.check(),
    backups: async () => [...(await storage.backups())],
    backup: () => storage.backup(),
    restore: (name) => storage.restore(name),
    reset: () => storage.reset(),
    resolveConflict: (side) => storage.resolveConflict(side),
    recovery: () => storage.recovery(),
    recover: (optionId) => storage.recover(optionId),
  };
}
