import { scanJson } from './json-scan.ts';
import { parseJson, placeOf, unreadableSource } from './read-text.ts';

/** What a list of objects may be called by the object around it. */
const LIST_NAMES: ReadonlySet<string> = new Set(['tickets', 'issues', 'items', 'tasks', 'data']);

/** An object of a list, with the line on which it begins. */
export type JsonRecord = {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
};

/**
 * Reads a list of objects: a list, an object with one called `tickets`, `issues`, `items`, `tasks` or `data`, or one
 * object a line.
 *
 * @param file What messages call it.
 * @throws SweatShopError InvalidInput with file and place for anything else.
 */
export function readJsonRecords(text: string, file: string): JsonRecord[] {
  if (text.trim() === '') throw unreadableSource(file, 'the file is empty');
  if (isOneALine(text)) return readLines(text, file);
  const offsets: number[][] = [[], []];
  let list: string | number | null = null;
  scanJson(text, {
    onValue: (depth, name, offset) => {
      if (depth === 1) list = name;
      if (depth === 1) offsets[0]?.push(offset);
      if (depth === 2 && typeof list === 'string' && LIST_NAMES.has(list)) offsets[1]?.push(offset);
    },
  });
  const document = parseJson(text, file);
  const isList = Array.isArray(document);
  const values = isList ? (document as readonly unknown[]) : listIn(document, file);
  const lineAt = lineCounter(text);
  return values.map((value, index) => {
    const offset = offsets[isList ? 0 : 1]?.[index] ?? 0;
    return { line: lineAt(offset), value: objectAt(value, placeOf(file, text, offset)) };
  });
}

/** What can be seen at the beginning of JSON, however much of it is there. */
export type JsonGlimpse = {
  /** The names in the outermost object; empty for a list. */
  readonly outer: ReadonlySet<string>;
  /** The names in the first object of the list, or on the first of many lines; empty where there is neither. */
  readonly inner: ReadonlySet<string>;
};

/** Looks at the beginning of what may be a list of objects. */
export function glimpseJson(text: string): JsonGlimpse {
  const outer = new Set<string>();
  const inner = new Set<string>();
  const isList = /^\s*\[/.test(text);
  let listName: string | number | null = null;
  let first: string | number | null = null;
  // Three levels are told of; within a list in an object the names are one deeper, so that list is looked at alone.
  let listStart = -1;
  scanJson(text, {
    isOneOfMany: true,
    onValue: (depth, name, offset) => {
      if (depth === 1) {
        first ??= name;
        listName = name;
        if (!isList && typeof name === 'string') {
          outer.add(name);
          if (LIST_NAMES.has(name) && text[offset] === '[') listStart = offset;
        }
      } else if (depth === 2 && isList && listName === first && typeof name === 'string') {
        inner.add(name);
      }
    },
  });
  if (listStart !== -1) return { outer, inner: glimpseJson(text.slice(listStart)).inner };
  if (isList) return { outer, inner };
  return { outer, inner: isOneALine(text) ? outer : inner };
}

/** The first object ends on its line, and what follows it, if anything does, begins on another. */
function isOneALine(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  const { problem, end } = scanJson(text, { isOneOfMany: true });
  if (problem || text.slice(0, end).trim().includes('\n')) return false;
  return /^[ \t\r]*(?:\n\s*(?:\{|$)|$)/.test(text.slice(end, end + 10_000)) && !hasList(text);
}

function hasList(text: string): boolean {
  let isFound = false;
  scanJson(text, {
    isOneOfMany: true,
    onValue: (depth, name, offset) => {
      if (depth === 1 && typeof name === 'string' && LIST_NAMES.has(name)) {
        isFound ||= text[offset] === '[';
      }
    },
  });
  return isFound;
}

function readLines(text: string, file: string): JsonRecord[] {
  return text.split('\n').flatMap((lineText, index) => {
    if (lineText.trim() === '') return [];
    const line = index + 1;
    const { problem } = scanJson(lineText);
    if (problem) {
      const place = `${file}:${String(line)}:${String(problem.offset + 1)}`;
      throw unreadableSource(place, problem.message);
    }
    return [{ line, value: objectAt(JSON.parse(lineText), `${file}:${String(line)}`) }];
  });
}

function listIn(document: unknown, file: string): readonly unknown[] {
  const fields = Object.entries(isObject(document) ? document : {});
  const lists = fields.filter(([name, value]) => LIST_NAMES.has(name) && Array.isArray(value));
  const [list, ...others] = lists;
  if (list === undefined) {
    const message =
      'expected a list of objects, or an object that has one as "tickets", "issues" or "items"';
    throw unreadableSource(`${file}:1`, message);
  }
  if (others.length > 0) {
    const names = lists.map(([name]) => `"${name}"`).join(' and ');
    throw unreadableSource(
      `${file}:1`,
      `there are several lists, ${names}; leave only one of them`,
    );
  }
  return list[1] as readonly unknown[];
}

function objectAt(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw unreadableSource(place, 'expected an object in { }');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts lines for offsets that only grow. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = text.indexOf('\n');
  return (offset) => {
    while (at !== -1 && at < offset) {
      line += 1;
      at = text.indexOf('\n', at + 1);
    }
    return line;
  };
}
