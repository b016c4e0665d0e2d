import type { RowChange } from '../database/changes.ts';
import type { Database } from '../database/database.ts';

/**
 * Finds the rows that change with the deletion of a row: those that go with it, and those that lose a reference.
 *
 * @param table The table of the row.
 * @param id The id of the row, which still exists.
 */
export function dependentsOf(database: Database, table: string, id: string): RowChange[] {
  const found = new Map<string, RowChange>();
  const queue: { readonly table: string; readonly ids: readonly string[] }[] = [
    { table, ids: [id] },
  ];
  // The queue grows while it is walked.
  for (const parent of queue) {
    for (const { child, column, action } of referencesTo(database, parent.table)) {
      const changes = database
        .all(`SELECT id FROM ${child} WHERE ${column} IN (SELECT value FROM json_each(?))`, [
          JSON.stringify(parent.ids),
        ])
        .map(([childId]) => ({ table: child, id: String(childId) }))
        .filter((change) => !found.has(`${change.table} ${change.id}`));
      for (const change of changes) found.set(`${change.table} ${change.id}`, change);
      if (action === 'CASCADE' && changes.length > 0) {
        queue.push({ table: child, ids: changes.map((change) => change.id) });
      }
    }
  }
  return [...found.values()];
}

function referencesTo(database: Database, table: string) {
  return database
    .all(
      'SELECT child.name, reference."from", reference.on_delete FROM sqlite_schema AS child ' +
        'JOIN pragma_foreign_key_list(child.name) AS reference ' +
        `WHERE child.type = 'table' AND reference."table" = ? AND reference.on_delete IN ('CASCADE', 'SET NULL')`,
      [table],
    )
    .map(([child, column, action]) => ({
      child: String(child),
      column: String(column),
      action: String(action),
    }));
}
