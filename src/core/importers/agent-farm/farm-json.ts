import type { InputIssue } from '../../../shared/errors.ts';
import { refusal } from './farm-refusal.ts';
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

/** Says where a part of a JSON file stands, such as `state.json:12 builders[2]`. */
export type PlaceInJson = (...path: readonly (string | number)[]) => string;

/**
 * Gives the rows of `state.json`.
 *
 * @param value What the file holds.
 * @param projectPath The folder it is about.
 * @throws SweatShopError InvalidInput with the place of each part that has another shape.
 */
export function stateRows(value: unknown, placeOf: PlaceInJson, projectPath: string): FarmRow[] {
  const issues: InputIssue[] = [];
  const rows: FarmRow[] = [];
  const add = (table: string, place: string, raw: unknown) => {
    if (isObject(raw)) rows.push({ table, place, raw, projectPath });
    else issues.push(wrongKind(place, 'an object', raw));
  };
  if (!isObject(value)) throw refusal([wrongKind(placeOf(), 'an object', value)]);
  const architect = fieldOf(value, 'architect');
  if (architect !== null && architect !== undefined) {
    add('architect', placeOf('architect'), architect);
  }
  for (const list of LISTS) {
    const items = fieldOf(value, list);
    if (list !== 'builders' && (items === null || items === undefined)) continue;
    if (!Array.isArray(items)) issues.push(wrongKind(placeOf(list), 'a list', items));
    else for (const [index, item] of items.entries()) add(list, placeOf(list, index), item);
  }
  const others = Object.entries(value).filter(([field]) => !STATE_FIELDS.includes(field));
  if (others.length > 0) add('state', placeOf(), Object.fromEntries(others));
  if (issues.length > 0) throw refusal(issues);
  return rows;
}

/**
 * Gives the rows of `ports.json`.
 *
 * @param value What the file holds.
 * @throws SweatShopError InvalidInput with the place of each part that has another shape.
 */
export function portRows(value: unknown, placeOf: PlaceInJson): FarmRow[] {
  if (!isObject(value)) throw refusal([wrongKind(placeOf(), 'an object', value)]);
  const { entries, path } = portEntries(value);
  if (!isObject(entries)) throw refusal([wrongKind(placeOf(...path), 'an object', entries)]);
  const blocks = Object.entries(entries);
  const issues = blocks.flatMap(([folder, block]) =>
    isObject(block) ? [] : [wrongKind(placeOf(...path, folder), 'an object', block)],
  );
  if (issues.length > 0) throw refusal(issues);
  return blocks.map(([folder, block]) => ({
    table: 'port_allocations',
    place: placeOf(...path, folder),
    raw: block as JsonObject,
    projectPath: folder,
  }));
}

/** A registry of the first version is the map of its entries. */
function portEntries(value: JsonObject): {
  readonly entries: unknown;
  readonly path: readonly string[];
} {
  return 'version' in value && 'entries' in value
    ? { entries: value['entries'], path: ['entries'] }
    : { entries: value, path: [] };
}

function wrongKind(path: string, expected: string, value: unknown): InputIssue {
  return { path, message: `must be ${expected}, but is ${kindOf(value)}` };
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
