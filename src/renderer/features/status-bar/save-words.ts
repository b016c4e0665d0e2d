import type { DbStatus } from '../../../shared/entities/db-status.ts';
import { timeOfDay } from '../../ui/time.ts';

/** Says in a few words what is saved. */
export function saveWords({ state, publishedAt, lastError }: DbStatus): string {
  switch (state) {
    case 'saved':
      return publishedAt === null ? 'Nothing to save yet' : `Saved ${timeOfDay(publishedAt)}`;
    case 'unsaved':
      return 'Unsaved changes';
    case 'saving':
      return 'Saving…';
    case 'failed':
      return `Not saved: ${lastError?.message ?? 'the last try failed.'}`;
  }
}
