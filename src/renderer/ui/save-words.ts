import type { DbStatus } from '../../shared/entities/db-status.ts';
import { timeOfDay } from './time.ts';

/** Says in a few words what is saved. */
export function saveWords({ state, publishedAt, lastError }: DbStatus): string {
  const why = lastError?.message ?? 'the last try failed.';
  switch (state) {
    case 'saved':
      return publishedAt === null ? 'Nothing to save yet' : `Saved ${timeOfDay(publishedAt)}`;
    case 'unsaved':
      return 'Unsaved changes';
    case 'saving':
      return 'Saving…';
    case 'failed':
      return `Not saved to the file: ${why}`;
    case 'readOnly':
      return `Changes are refused: ${why}`;
    case 'conflict':
      return 'Another program changed the file';
    case 'recovery':
      return 'The database is damaged';
  }
}
