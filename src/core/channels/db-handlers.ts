import type { Storage } from '../ports/storage.ts';
import type { HandlersOf } from './handlers.ts';

export function dbHandlers(storage: Storage): HandlersOf<'db'> {
  return {
    status: () => storage.status(),
    flush: () => storage.flush(),
  };
}
