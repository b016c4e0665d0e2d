import type * as v from 'valibot';
import {
  SEARCH_KINDS,
  type SearchHit,
  type SearchQuerySchema,
} from '../../shared/entities/search.ts';
import type { ServiceContext } from './context.ts';
import { toPhrases } from './search-expression.ts';

const DEFAULT_LIMIT = 20;

/** Finds what people look for, wherever it stands. */
export class SearchService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Finds what answers a search best; what says nothing to look for finds nothing. */
  find(query: v.InferOutput<typeof SearchQuerySchema>): SearchHit[] {
    const { text, kind: kinds = SEARCH_KINDS, limit = DEFAULT_LIMIT, ...filter } = query;
    const phrases = toPhrases(text);
    if (!phrases) return [];
    return [...new Set(kinds)]
      .flatMap((kind) =>
        this.#context.repositories.search.find(kind, { ...filter, ...phrases, limit }),
      )
      .sort((one, other) => other.score - one.score || (one.at < other.at ? 1 : -1))
      .slice(0, limit);
  }
}
