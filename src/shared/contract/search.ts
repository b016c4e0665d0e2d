import * as v from 'valibot';
import { SearchHitSchema, SearchQuerySchema } from '../entities/search.ts';
import { arg, channel } from './define.ts';

export const search = {
  find: channel(
    'search:find',
    'Looks through tickets, comments, chat, logs and artifacts, what answers best first; any text is safe.',
    [arg('query', SearchQuerySchema)],
    v.array(SearchHitSchema),
  ),
};
