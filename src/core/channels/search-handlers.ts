import type { SearchService } from '../services/search-service.ts';
import type { HandlersOf } from './handlers.ts';

export function searchHandlers(search: SearchService): HandlersOf<'search'> {
  return { find: (query) => search.find(query) };
}
