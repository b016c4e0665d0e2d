import type { Storage } from '../ports/storage.ts';
import type { ProblemService } from '../services/problem-service.ts';
import type { HandlersOf } from './handlers.ts';

export function dbHandlers(storage: Storage, problems: ProblemService): HandlersOf<'db'> {
  return {
    status: () => storage.status(),
    flush: () => storage.flush(),
    problems: () => problems.list(),
  };
}
