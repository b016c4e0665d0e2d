import type { Fields } from './import-targets.ts';

/** Below it, saying where a text stands would take as much room as the text. */
const MIN_LENGTH = 64;
/** No field of an entity has this name. */
const SAME_AS = '=';

/**
 * Leaves out long texts that the row of the source has just so: only the name of its column is noted, under `=`.
 *
 * @param raw The row as it is kept beside the fields.
 */
export function packFields(fields: Fields, raw: Fields): Fields {
  const columnByText = new Map<string, string>();
  for (const [column, value] of Object.entries(raw)) {
    if (isLong(value)) columnByText.set(value, column);
  }
  if (columnByText.size === 0) return fields;
  const packed: Record<string, unknown> = {};
  const sameAs: Record<string, string> = {};
  for (const [field, value] of Object.entries(fields)) {
    const column = isLong(value) ? columnByText.get(value) : undefined;
    if (column === undefined) packed[field] = value;
    else sameAs[field] = column;
  }
  return Object.keys(sameAs).length === 0 ? fields : { ...packed, [SAME_AS]: sameAs };
}

/**
 * Gives the fields that {@link packFields} packed.
 *
 * @param raw Gives the row that was kept with them; asked for only where something was left out.
 */
export function unpackFields(packed: Fields, raw: () => Fields): Fields {
  const { [SAME_AS]: sameAs, ...fields } = packed;
  if (typeof sameAs !== 'object' || sameAs === null) return packed;
  const row = raw();
  const texts = Object.entries(sameAs).map(([field, column]) => [field, row[String(column)]]);
  return { ...fields, ...(Object.fromEntries(texts) as Fields) };
}

function isLong(value: unknown): value is string {
  return typeof value === 'string' && value.length >= MIN_LENGTH;
}
