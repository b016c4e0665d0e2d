import { invalidInput, type InputIssue } from '../../../shared/errors.ts';
import type { FarmRow } from './farm-row.ts';

const LISTS = ['builders', 'utils', 'annotations'] as const;
const STATE_FIELDS: readonly string[] = ['architect', ...LISTS];

type JsonObject = Readonly<Record<string, unknown>>;

/** Tells whether a value has the shape of `state.json`. */
export function isFarmState(value: unknown): boolean {
  return isObject(value) && Array.isArray(fieldOf(value, 'builders')) && 'architect' in value;
}

/** Tells whether a value has the shape of `ports.json`: its entries, or the entries alone by their paths. */
export function isFarmPorts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { entries } = portEntries(value);
  if (!isObject(entries)) return false;
  const blocks = Object.values(entries);
  if (blocks.length === 0) return fieldOf(value, 'entries') === entries && 'version' in value;
  return blocks.some((block) => isObject(block) && 'basePort' in block);
}

/**
 * Gives the rows of `state.json`.
 *
 * @param value What the file holds.
 * @param file What it is called, for messages.
 * @param projectPath The folder it is about.
 * @throws SweatShopError InvalidInput with the place of each part that has another shape.
 */
export function stateRows(value: unknown, file: string, projectPath: string): FarmRow[] {
  const issues: InputIssue[] = [];
  const rows: FarmRow[] = [];
  const add = (table: string, place: string, raw: unknown) => {
    if (isObject(raw)) rows.push({ table, place, raw, projectPath });
    else issues.push({ path: place, message: `must be an object, but is ${kindOf(raw)}` });
  };
  if (!isObject(value)) {
    throw invalidInput({ path: file, message: `must hold an object, but holds ${kindOf(value)}` });
  }
  const architect = fieldOf(value, 'architect');
  if (architect !== null && architect !== undefined)
    add('architect', `${file} architect`, architect);
  for (const list of LISTS) {
    const items = fieldOf(value, list);
    if (list !== 'builders' && (items === null || items === undefined)) continue;
    if (Array.isArray(items)) {
      for (const [index, item] of items.entries())
        add(list, `${file} ${list}[${String(index)}]`, item);
    } else {
      issues.push({ path: `${file} ${list}`, message: `must be a list, but is ${kindOf(items)}` });
    }
  }
  const others = Object.entries(value).filter(([field]) => !STATE_FIELDS.includes(field));
  if (others.length > 0) add('state', file, Object.fromEntries(others));
  if (issues.length > 0) throw invalidInput(...issues);
  return rows;
}

/**
 * Gives the rows of `ports.json`.
 *
 * @param value What the file holds.
 * @param file What it is called, for messages.
 * @throws SweatShopError InvalidInput with the place of each part that has another shape.
 */
export function portRows(value: unknown, file: string): FarmRow[] {
  if (!isObject(value)) {
    throw invalidInput({ path: file, message: `must hold an object, but holds ${kindOf(value)}` });
  }
  const { entries, name } = portEntries(value);
  if (!isObject(entries)) {
    throw invalidInput({
      path: `${file} ${name}`,
      message: `must be an object, but is ${kindOf(entries)}`,
    });
  }
  const issues: InputIssue[] = [];
  const rows = Object.entries(entries).flatMap(([path, block]) => {
    const place = `${file} ${name}[${JSON.stringify(path)}]`;
    if (isObject(block)) {
      return [{ table: 'port_allocations', place, raw: block, projectPath: path }];
    }
    issues.push({ path: place, message: `must be an object, but is ${kindOf(block)}` });
    return [];
  });
  if (issues.length > 0) throw invalidInput(...issues);
  return rows;
}

/** A registry of the first version is the map of its entries. */
function portEntries(value: JsonObject): { readonly entries: unknown; readonly name: string } {
  return 'version' in value && 'entries' in value
    ? { entries: value['entries'], name: 'entries' }
    : { entries: value, name: '' };
}

function fieldOf(value: JsonObject, field: string): unknown {
  return Object.hasOwn(value, field) ? value[field] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
