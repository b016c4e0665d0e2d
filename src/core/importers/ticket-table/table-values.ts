const SEPARATORS = /[,;|\n]/;
/** What names a thing that stands in a cell as an object. */
const NAMING_FIELDS = ['name', 'title', 'value', 'key', 'id', 'displayName'];

/** Stands for a value that has no form as text. */
export const NO_TEXT = Symbol('no text');

/**
 * Gives a cell as text: empty where it is absent, {@link NO_TEXT} where it is an object without a name.
 *
 * @param value Text of a table, or any value of JSON.
 */
export function toCellText(value: unknown): string | typeof NO_TEXT {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    const lines = value.map(toCellText);
    return lines.every((line) => typeof line === 'string') ? lines.join('\n') : NO_TEXT;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const name = NAMING_FIELDS.map((field) => fields[field]).find(isNaming);
  return name === undefined ? NO_TEXT : String(name);
}

/** Gives a cell as a list: items of JSON, or what separators divide. */
export function toCellList(value: unknown): readonly string[] | typeof NO_TEXT {
  const items = Array.isArray(value) ? value.map(toCellText) : divide(toCellText(value));
  if (items === NO_TEXT || !items.every((item) => typeof item === 'string')) return NO_TEXT;
  return [...new Set(items.map((item) => item.trim()).filter(Boolean))];
}

function divide(
  text: string | typeof NO_TEXT,
): readonly (string | typeof NO_TEXT)[] | typeof NO_TEXT {
  return text === NO_TEXT ? NO_TEXT : (jsonItems(text.trim()) ?? text.split(SEPARATORS));
}

/** A table that JSON was written into has lists as `["a","b"]`. */
function jsonItems(text: string): readonly string[] | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  try {
    const items = JSON.parse(text) as readonly unknown[];
    return items.every((item) => typeof item !== 'object') ? items.map(String) : null;
  } catch {
    return text.slice(1, -1).split(SEPARATORS);
  }
}

function isNaming(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
