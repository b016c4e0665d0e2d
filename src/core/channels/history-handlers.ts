import type { HistoryService } from '../services/history-service.ts';
import type { HandlersOf } from './handlers.ts';

export function historyHandlers(history: HistoryService): HandlersOf<'history'> {
  return {
    last: () => history.last(),
    undo: () => history.undo(),
  };
}
