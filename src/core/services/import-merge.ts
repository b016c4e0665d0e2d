import type { ImportTarget } from '../../shared/types.ts';
import { isSame } from './audit-trail.ts';
import { isRequired, TARGETS, type Fields } from './import-targets.ts';

/** A field that was changed here and in the source. */
export type FieldConflict = {
  readonly field: string;
  readonly here: unknown;
  readonly there: unknown;
};

/** What becomes of a row that was imported before. */
export type Merge = {
  /** What the source changed and nobody here; null clears. */
  readonly patch: Fields;
  /** The fields as both sides know them now: what the next merge starts from. */
  readonly base: Fields;
  readonly conflicts: readonly FieldConflict[];
};

/**
 * Compares a row with its source, field by field, with what the last import wrote between them.
 *
 * What only the source changed is taken over; what was changed here stays, and is a conflict where the source changed it
 * too. A conflict stays one until one side gives in. The time of the last change is never one.
 *
 * @param base What the last import wrote.
 * @param here The row as it is.
 * @param there The row as the source has it.
 * @param fields Which fields to compare.
 */
export function mergeFields(
  table: ImportTarget,
  { base, here, there }: { readonly base: Fields; readonly here: Fields; readonly there: Fields },
  fields: Iterable<string>,
): Merge {
  const patch: Record<string, unknown> = {};
  const nextBase: Record<string, unknown> = {};
  const conflicts: FieldConflict[] = [];
  for (const field of fields) {
    const [old, mine, theirs] = [base[field], here[field], there[field]];
    if (old !== undefined) nextBase[field] = old;
    if (isSame(theirs, old) || isUntold(table, field, old, theirs)) continue;
    if (isSame(mine, theirs) || isSame(mine, old)) {
      if (theirs === undefined) Reflect.deleteProperty(nextBase, field);
      else nextBase[field] = theirs;
      if (!isSame(mine, theirs)) patch[field] = theirs ?? null;
    } else if (field === 'updatedAt') {
      nextBase[field] = theirs;
    } else conflicts.push({ field, here: mine ?? null, there: theirs ?? null });
  }
  return { patch, base: nextBase, conflicts };
}

/** What every row has cannot be taken from it, and a time that the import had to make up is nobody's. */
function isUntold(table: ImportTarget, field: string, old: unknown, theirs: unknown): boolean {
  if (theirs === undefined) return isRequired(table, field);
  return old === undefined && (TARGETS[table].times ?? []).includes(field);
}
