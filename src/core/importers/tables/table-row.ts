import type { ImportReference } from '../../../shared/types.ts';
import { toTimestamp } from '../timestamp.ts';
import { refTo } from '../import-row.ts';
import { isJsonObject, parseJsonText } from './json-text.ts';
import type { SourceCell } from './source-tables.ts';

/** The longest text that SweatShop takes anywhere. */
const MAX_TEXT_LENGTH = 1_000_000;
const MAX_MS = Date.parse('9999-12-31T23:59:59.999Z');
const MIN_MS = Date.parse('0000-01-01T00:00:00.000Z');

/** Why nothing can be made of a row; it is only kept. */
export class RowProblem extends Error {}

/**
 * A row of a source, read column by column: what does not fit is repaired with a warning where there is a sensible
 * value, and is a {@link RowProblem} where there is none.
 */
export class TableRow {
  readonly table: string;
  /** What names it in its table. */
  readonly key: string;
  /** Where it stands, for messages. */
  readonly place: string;
  /** The row as JSON. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** How many characters its texts have. */
  readonly length: number;
  /** Why nothing can be made of it, whatever its columns hold. */
  readonly flaw: string | null;
  readonly #cells: ReadonlyMap<string, SourceCell>;
  readonly #warn: (place: string, message: string) => void;

  constructor(
    identity: Pick<TableRow, 'table' | 'key' | 'place' | 'flaw'>,
    cells: ReadonlyMap<string, SourceCell>,
    warn: (place: string, message: string) => void,
  ) {
    this.table = identity.table;
    this.key = identity.key;
    this.place = identity.place;
    this.flaw = identity.flaw ?? flawOf(cells);
    this.length = [...cells.values()].reduce<number>((sum, cell) => sum + lengthOf(cell), 0);
    this.#cells = cells;
    this.#warn = warn;
    this.raw = Object.fromEntries([...cells].map(([column, cell]) => [column, toRaw(cell)]));
  }

  /** The id to keep, where the key is one. */
  get id(): string | undefined {
    return this.key.length <= 200 ? this.key : undefined;
  }

  /** Notes something that a person should know of; the same for many rows is told once. */
  warn(message: string): void {
    this.#warn(this.place, message);
  }

  /** @throws RowProblem where it is absent. */
  text(column: string): string {
    const text = this.optionalText(column);
    if (text === undefined) throw new RowProblem(`${column} has no value`);
    return text;
  }

  optionalText(column: string): string | undefined {
    const cell = this.#cell(column);
    if (cell === null) return undefined;
    if (cell instanceof Uint8Array) throw new RowProblem(`${column} is not text`);
    const text = String(cell);
    if (!text.includes('\0')) return text;
    this.warn(`${column} has NUL characters, which become \ufffd`);
    return text.replaceAll('\0', '\ufffd');
  }

  /** Text that says something, or undefined. */
  filledText(column: string): string | undefined {
    const text = this.optionalText(column);
    return text === undefined || text.trim() === '' ? undefined : text;
  }

  /** Text that says something; what stands in for it goes with a warning. */
  name(column: string, standIn: string): string {
    const text = this.filledText(column);
    if (text !== undefined) return text;
    this.warn(`${column} is empty; ${quoted(standIn)} stands in for it`);
    return standIn;
  }

  /** A whole number from `min` up. */
  wholeNumber(column: string, min: number): number | undefined {
    const cell = this.#cell(column);
    if (cell === null) return undefined;
    if (typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= min) return cell;
    this.warn(`${column} is not a whole number from ${String(min)} up, and is left out`);
    return undefined;
  }

  /** A whole number from `min` up that must be. */
  requiredNumber(column: string, min: number): number {
    const cell = this.#cell(column);
    if (typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= min) return cell;
    throw new RowProblem(`${column} is not a whole number from ${String(min)} up`);
  }

  /** A number within bounds. */
  numberWithin(column: string, min: number, max: number): number | undefined {
    const cell = this.#cell(column);
    if (cell === null) return undefined;
    if (typeof cell === 'number' && cell >= min && cell <= max) return cell;
    this.warn(`${column} is not a number from ${String(min)} to ${String(max)}, and is left out`);
    return undefined;
  }

  flag(column: string): boolean {
    const cell = this.#cell(column);
    if (cell === null || cell === 0) return false;
    if (cell !== 1) this.warn(`${column} is neither 0 nor 1, and counts as 1`);
    return true;
  }

  /** A moment: text in UTC where it says nothing else, or milliseconds since 1970. */
  time(column: string): string | undefined {
    const cell = this.#cell(column);
    if (cell === null || cell === '') return undefined;
    const time = typeof cell === 'string' ? toTimestamp(cell.trim()) : fromMs(cell);
    if (time === null) this.warn(`${column} is not a time, and is left out`);
    return time ?? undefined;
  }

  /** One of a closed set of words, as SweatShop calls it. */
  choice<T>(column: string, words: Readonly<Record<string, T>>, standIn: T & string): T {
    const word = this.optionalText(column);
    if (word === undefined) return standIn;
    if (Object.hasOwn(words, word)) return words[word] as T;
    this.warn(`${column} ${quoted(word)} is not known; it becomes ${standIn}`);
    return standIn;
  }

  /** As {@link choice} where nothing can stand in for a word. */
  knownChoice<T>(column: string, words: Readonly<Record<string, T>>): T {
    const word = this.text(column);
    if (Object.hasOwn(words, word)) return words[word] as T;
    throw new RowProblem(`${column} ${quoted(word)} is not known`);
  }

  /** Stands for what the row of another table becomes. */
  ref(column: string, table: string): ImportReference | undefined {
    return refTo(table, this.refKey(column));
  }

  /** As {@link ref}, where it must be. */
  requiredRef(column: string, table: string): ImportReference {
    const key = this.refKey(column);
    if (key === undefined) throw new RowProblem(`${column} has no value`);
    return refTo(table, key);
  }

  /** The key of the row that a column refers to. */
  refKey(column: string): string | undefined {
    const cell = this.#cell(column);
    if (cell instanceof Uint8Array) throw new RowProblem(`${column} is not text`);
    return cell === null || cell === '' ? undefined : String(cell);
  }

  /**
   * A list of texts as JSON; items that are something else become their JSON.
   *
   * @returns Undefined where there is no value.
   */
  list(column: string, isRequired = false): string[] | undefined {
    const value = this.#json(column, 'a list', isRequired, Array.isArray);
    if (value === undefined) return undefined;
    return (value as readonly unknown[]).map((item) => {
      if (typeof item === 'string') return this.#withoutNul(column, item);
      this.warn(`${column} holds more than texts; the others become JSON text`);
      return JSON.stringify(item);
    });
  }

  /** A list of anything as JSON. */
  items(column: string): readonly unknown[] {
    const value = this.#json(column, 'a list', false, Array.isArray);
    return (value as readonly unknown[] | undefined) ?? [];
  }

  /** An object as JSON; another value gets into an object as its `value`. */
  object(column: string, isRequired = false): Readonly<Record<string, unknown>> | undefined {
    const value = this.#json(column, 'an object', isRequired, () => true);
    if (value === undefined || isJsonObject(value)) return value;
    this.warn(`${column} is not an object; it becomes the value of one`);
    return { value };
  }

  /** @throws RowProblem where it must be and is not. */
  #json(
    column: string,
    shape: string,
    isRequired: boolean,
    fits: (value: unknown) => boolean,
  ): unknown {
    const text = this.filledText(column);
    if (text === undefined) {
      if (isRequired) throw new RowProblem(`${column} has no value`);
      return undefined;
    }
    const value = parseJsonText(text);
    if (value === null && !isRequired) return undefined;
    if (value !== undefined && fits(value)) return value;
    const problem = value === undefined ? 'is not valid JSON' : `is JSON, but not ${shape}`;
    if (isRequired) throw new RowProblem(`${column} ${problem}`);
    this.warn(`${column} ${problem}, and is left out`);
    return undefined;
  }

  #withoutNul(column: string, text: string): string {
    if (!text.includes('\0')) return text;
    this.warn(`${column} has NUL characters, which become \ufffd`);
    return text.replaceAll('\0', '\ufffd');
  }

  #cell(column: string): SourceCell {
    return this.#cells.get(column) ?? null;
  }
}

/** Gives the word or key in a column as it is; what is no text is told when its row is read. */
export function keyIn({ raw }: TableRow, column: string): string | undefined {
  const key = raw[column];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

/** Puts a word of the source into a message, however long it is. */
export function quoted(word: string): string {
  return word.length <= 60 ? `"${word}"` : `"${word.slice(0, 60)}…"`;
}

function flawOf(cells: ReadonlyMap<string, SourceCell>): string | null {
  for (const [column, cell] of cells) {
    if (lengthOf(cell) > MAX_TEXT_LENGTH) {
      return `${column} has ${String(lengthOf(cell))} characters; at most ${String(MAX_TEXT_LENGTH)} are possible, so that it is not even kept`;
    }
  }
  return null;
}

function lengthOf(cell: SourceCell): number {
  return typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 0;
}

function fromMs(cell: number | bigint | string | Uint8Array): string | null {
  if (typeof cell !== 'number' || !(cell >= MIN_MS && cell <= MAX_MS)) return null;
  return new Date(cell).toISOString();
}

/** Gives the form of a value in JSON, which knows no bytes and no numbers of this size. */
export function toRaw(cell: SourceCell): unknown {
  if (lengthOf(cell) > MAX_TEXT_LENGTH) return { omittedLength: lengthOf(cell) };
  if (typeof cell === 'bigint') return cell.toString();
  if (typeof cell === 'number' && !Number.isFinite(cell)) return String(cell);
  return cell instanceof Uint8Array ? { base64: toBase64(cell) } : cell;
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 8_192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8_192)));
  }
  return btoa(parts.join(''));
}
