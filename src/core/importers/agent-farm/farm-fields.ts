import type { InputIssue } from '../../../shared/errors.ts';
import { toTimestamp } from '../timestamp.ts';

/** More than any path or command has, and little enough to show. */
const MAX_TEXT_LENGTH = 4_096;
const MAX_ID_LENGTH = 200;
const SHOWN_LENGTH = 60;
/** The last moment that the form of our times has digits for. */
const MAX_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Reads the fields of one row, whether they are spelled as in JSON (`startedAt`) or as in SQL (`started_at`), and notes
 * what is wrong with them and which ones nobody asked for.
 */
export class FarmFields {
  readonly #place: string;
  readonly #issues: InputIssue[];
  readonly #values = new Map<string, { readonly name: string; readonly value: unknown }>();
  readonly #asked = new Set<string>();

  /**
   * @param place Where the row stands, for messages.
   * @param issues Takes what is wrong.
   */
  constructor(raw: Readonly<Record<string, unknown>>, place: string, issues: InputIssue[]) {
    this.#place = place;
    this.#issues = issues;
    for (const [name, value] of Object.entries(raw)) {
      const spelling = snakeCase(name);
      if (!this.#values.has(spelling)) this.#values.set(spelling, { name, value });
    }
  }

  /** Gives the fields that nobody asked for, as they are spelled in the row. */
  get unknown(): string[] {
    return [...this.#values]
      .filter(([spelling]) => !this.#asked.has(spelling))
      .map(([, { name }]) => name);
  }

  /** Tells whether the row has a field of one of these names. */
  has(...names: string[]): boolean {
    return this.#find(names) !== null;
  }

  /** Gives an object as fields of their own; null where there is none. */
  object(name: string): FarmFields | null {
    const field = this.#find([name]);
    if (!field) return null;
    const { value } = field;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return new FarmFields(
        value as Record<string, unknown>,
        `${this.#place}.${field.name}`,
        this.#issues,
      );
    }
    this.#fail(field, 'must be an object');
    return null;
  }

  /** Gives what names the row in its table. */
  id(...names: string[]): string {
    const field = this.#find(names);
    const value = typeof field?.value === 'number' ? String(field.value) : field?.value;
    if (!field || typeof value !== 'string' || value.trim() === '') {
      this.#fail(field ?? this.#missing(names), 'must be text that names the row');
      return '';
    }
    if (value.length > MAX_ID_LENGTH) {
      this.#fail(field, `must have at most ${String(MAX_ID_LENGTH)} characters`);
    }
    this.#checkCharacters(field, value);
    return value;
  }

  /**
   * Gives one line of text; line breaks become spaces, and text without anything to read counts as absent.
   *
   * @param names The spellings in SQL under which it may be there.
   */
  line(...names: string[]): string | undefined {
    const field = this.#find(names);
    if (!field) return undefined;
    const { value } = field;
    if (typeof value !== 'string') {
      this.#fail(field, 'must be text');
      return undefined;
    }
    if (value.length > MAX_TEXT_LENGTH) {
      this.#fail(field, `must have at most ${String(MAX_TEXT_LENGTH)} characters`);
      return undefined;
    }
    this.#checkCharacters(field, value);
    return value.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim() || undefined;
  }

  /** Notes fields that stay in the raw row, and that they are text where they are there. */
  keepText(...names: string[]): void {
    for (const name of names) {
      const field = this.#find([name]);
      if (!field) continue;
      if (typeof field.value === 'string') this.#checkCharacters(field, field.value);
      else this.#fail(field, 'must be text');
    }
  }

  /** Notes fields that stay in the raw row, whatever they are. */
  keep(...names: string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** Gives a whole number of which 0 means none. */
  count(max: number, ...names: string[]): number | undefined {
    const field = this.#find(names);
    if (!field || field.value === 0) return undefined;
    const { value } = field;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= max) {
      return value;
    }
    this.#fail(field, `must be a whole number from 1 to ${String(max)}`);
    return undefined;
  }

  /** Gives a time, which the row has as text or as milliseconds since 1970. */
  time(...names: string[]): string | undefined {
    const field = this.#find(names);
    if (!field) return undefined;
    const time = timeOf(field.value);
    if (time === null) this.#fail(field, 'must be a time, such as 2025-12-05T10:00:00.000Z');
    return time ?? undefined;
  }

  /** Gives one of a set of words by what it means; another word is an error. */
  word<T>(meanings: ReadonlyMap<string, T>, name: string): T | undefined {
    const field = this.#find([name]);
    if (!field) return undefined;
    const meaning = typeof field.value === 'string' ? meanings.get(field.value) : undefined;
    if (meaning === undefined)
      this.#fail(field, `must be one of ${[...meanings.keys()].join(', ')}`);
    return meaning;
  }

  /** Tells whether a field is one of these values. */
  isOneOf(name: string, values: readonly unknown[]): boolean {
    return values.includes(this.#find([name])?.value);
  }

  /** Notes that a field is there but wrong, or is not there at all. */
  fail(name: string, message: string): void {
    this.#fail(this.#find([name]) ?? this.#missing([name]), message);
  }

  #find(names: readonly string[]): Field | null {
    for (const name of names) this.#asked.add(name);
    for (const name of names) {
      const field = this.#values.get(name);
      if (field && field.value !== null) return field;
    }
    return null;
  }

  /** Spells a field that is not there as the row would. */
  #missing([name = '']: readonly string[]): Field {
    const isSql = [...this.#values.values()].some((field) => field.name.includes('_'));
    const spelled = isSql
      ? name
      : name.replaceAll(/_[a-z]/g, (match) => match.slice(1).toUpperCase());
    return { name: spelled, value: undefined };
  }

  #checkCharacters(field: Field, value: string): void {
    if (value.includes('\u0000')) this.#fail(field, 'must not contain the NUL character');
    if (!value.isWellFormed()) this.#fail(field, 'must not contain half of a surrogate pair');
  }

  #fail({ name, value }: Field, message: string): void {
    const found = value === undefined ? 'is missing; it' : `is ${show(value)}; it`;
    this.#issues.push({ path: `${this.#place}.${name}`, message: `${found} ${message}` });
  }
}

type Field = { readonly name: string; readonly value: unknown };

function timeOf(value: unknown): string | null {
  if (typeof value === 'string') return toTimestamp(value.trim());
  const isMoment = typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS;
  return isMoment ? new Date(value).toISOString() : null;
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
