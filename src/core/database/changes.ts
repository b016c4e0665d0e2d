/** One row that a transaction inserted, updated or deleted. */
export type RowChange = { readonly table: string; readonly id: string };

/** What changed: the ids of rows by table, each once; `any` where every row of the table may have. */
export type ChangeSet = ReadonlyMap<string, ReadonlySet<string> | 'any'>;

/** Groups changes by table. */
export function toChangeSet(changes: readonly RowChange[]): ChangeSet {
  const tables = new Map<string, Set<string>>();
  for (const { table, id } of changes) {
    const ids = tables.get(table);
    if (ids) ids.add(id);
    else tables.set(table, new Set([id]));
  }
  return tables;
}
