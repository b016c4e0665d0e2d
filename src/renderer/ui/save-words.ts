import type { DbStatus } from '../../shared/entities/db-status.ts';
import { timeOfDay } from './time.ts';

/** Says in a few words what is saved; why it is not is told in full where there is room. */
export function saveWords({ state, publishedAt }: DbStatus): string {
  switch (state) {
    case 'saved':
      return publishedAt === null ? 'Nothing to save yet' : `Saved ${timeOfDay(publishedAt)}`;
    case 'unsaved':
      return 'Unsaved changes';
    case 'saving':
      return 'Saving…';
    case 'failed':
      return 'Not saved to the file';
    case 'readOnly':
      return 'Changes are refused';
    case 'conflict':
      return 'Another program changed the file';
    case 'recovery':
      return 'The database is damaged';
  }
}
