import type { Database } from '../../src/core/database/database.ts';

/**
 * Watches the queries of a database from now on.
 *
 * @returns The plan of every query so far, a step each, and how many queries there were.
 */
export function watchQueries(database: Database): { readonly plans: string[]; count: number } {
  const watched = { plans: [] as string[], count: 0 };
  const map = database.map.bind(database);
  const mapFirst = database.mapFirst.bind(database);
  const note = (sql: string, params: Parameters<typeof map>[1]) => {
    watched.count += 1;
    watched.plans.push(...map(`EXPLAIN QUERY PLAN ${sql}`, params, (row) => String(row.value(3))));
  };
  database.map = (sql, params, read) => {
    note(sql, params);
    return map(sql, params, read);
  };
  database.mapFirst = (sql, params, read) => {
    note(sql, params);
    return mapFirst(sql, params, read);
  };
  return watched;
}
