import type { Storage } from '../ports/storage.ts';
import type { HandlersOf } from './handlers.ts';

export function dbHandlers(storage: Storage): HandlersOf<'db'> {
  return {
    status: () => storage.status(),
    flush: () => storage.flush(),
    check: () => storage.check(),
    backups: async () => [...(await storage.backups())],
    backup: () => storage.backup(),
    restore: (name) => storage.restore(name),
    resolveConflict: (side) => storage.resolveConflict(side),
    recovery: () => storage.recovery(),
    recover: (optionId) => storage.recover(optionId),
  };
}
