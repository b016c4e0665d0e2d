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
  readonly #context: Pick<ServiceContext, 'repositories'>;

  constructor(context: Pick<ServiceContext, 'repositories'>) {
    this.#context = context;
  }

  /** Finds what answers a search best; what says nothing to look for finds nothing. */
  find(query: v.InferOutput<typeof SearchQuerySchema>): SearchHit[] {
    const { text, kind: kinds = SEARCH_KINDS, limit = DEFAULT_LIMIT, ...filter } = query;
    const phrases = toPhrases(text);
    if (!phrases) return [];
    const { search } = this.#context.repositories;
    const best = [...new Set(kinds)]
      .flatMap((kind) => search.candidates(kind, { ...filter, ...phrases }))
      .sort((one, other) => other.score - one.score || other.docid - one.docid)
      .slice(0, limit);
    return search.hits(best);
  }
}
