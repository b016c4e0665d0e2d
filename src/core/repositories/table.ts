import * as v from 'valibot';
import { SweatShopError, invalidInput } from '../../shared/errors.ts';
import type { Row, RowCursor, SqlValue } from '../database/database.ts';
import type { Condition } from './condition.ts';

/** Any entity: an object with an id. */
export type EntityLike = { readonly id: string };

/** What an update may carry: any field but the id, with null to clear an optional one. */
export type EntityPatch<Entity> = {
  readonly [K in Exclude<keyof Entity, 'id'>]?:
    Entity[K] | (undefined extends Entity[K] ? null : never) | undefined;
};

/** `plain` takes any value as it is: nothing more is known of the field. */
type Codec = 'plain' | 'text' | 'number' | 'boolean' | 'choice' | 'json';

type Column = {
  readonly field: string;
  readonly name: string;
  readonly codec: Codec;
  readonly isOptional: boolean;
  readonly schema: v.GenericSchema;
  /** The values of a closed set. */
  readonly choices: ReadonlySet<unknown>;
};

type ObjectSchema = v.GenericSchema & {
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
};

/** A field of a row that cannot be read, and why. */
export type UnreadableField = { readonly column: string; readonly why: string };

/**
 * A table's columns, derived from the schema of the entity it stores.
 *
 * Field names become snake_case, arrays and objects become JSON text, booleans become 0 and 1, an absent
 * optional field becomes NULL. No other name ever reaches SQL.
 */
export class Table<Entity extends EntityLike> {
  readonly name: string;
  readonly #columns: readonly Column[];
  readonly #columnByField: ReadonlyMap<string, Column>;
  /** The columns in the order in which {@link toEntity} reads them. */
  readonly selection: string;

  constructor(name: string, schema: ObjectSchema) {
    this.name = name;
    this.#columns = Object.entries(schema.entries).map(([field, entry]) => toColumn(field, entry));
    this.#columnByField = new Map(this.#columns.map((column) => [column.field, column]));
    this.selection = this.#columns.map((column) => column.name).join(', ');
  }

  /** Where {@link selection} has the id. */
  get idIndex(): number {
    return this.#columns.findIndex(({ field }) => field === 'id');
  }

  get columnNames(): readonly string[] {
    return this.#columns.map((column) => column.name);
  }

  /**
   * Gives the column that stores a field.
   *
   * @throws SweatShopError InvalidInput when the table has no such field.
   */
  column(field: keyof Entity & string): string {
    return this.#column(field).name;
  }

  /** Tells whether a field is kept as JSON text, which has no order and no value to compare with. */
  isJson(field: keyof Entity & string): boolean {
    return this.#column(field).codec === 'json';
  }

  /** Gives the form in which a value of a field is stored. */
  encode(field: keyof Entity & string, value: unknown): SqlValue {
    return encode(this.#column(field).codec, value);
  }

  /**
   * Reads a row that was selected by {@link selection}.
   *
   * @throws SweatShopError Unreadable with table, id, column and why when a foreign hand left something in
   *   the row that is no value of its field.
   */
  read(row: RowCursor): Entity {
    const entity = this.readSound(row);
    if (!entity) throw this.#unreadable(row.row());
    return entity;
  }

  /** Reads a row that was selected by {@link selection}; undefined for one that cannot be read. */
  readSound(row: RowCursor): Entity | undefined {
    const columns = this.#columns;
    const entity: Record<string, unknown> = {};
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index] as Column;
      const value = row.value(index);
      if (value === null) {
        if (!column.isOptional) return undefined;
        continue;
      }
      const decoded = decode(column, value);
      if (decoded === undefined) return undefined;
      entity[column.field] = decoded;
    }
    return entity as Entity;
  }

  /** Names the fields of a row, selected by {@link selection}, that cannot be read. */
  unreadableFields(row: Row): UnreadableField[] {
    return this.#columns.flatMap((column, index) => {
      const why = whyUnreadable(column, row[index] ?? null);
      return why === undefined ? [] : [{ column: column.name, why }];
    });
  }

  /** Takes every row that cannot be read, and of the others those whose JSON only code can judge. */
  get suspects(): Condition {
    const sql = this.#columns.flatMap(({ name, codec, isOptional, schema, choices }) => {
      const missing = isOptional ? [] : [`${name} IS NULL`];
      switch (codec) {
        case 'text':
          return [...missing, `typeof(${name}) NOT IN ('text', 'null')`];
        case 'number':
        case 'boolean':
          return [...missing, `typeof(${name}) NOT IN ('integer', 'real', 'null')`];
        case 'choice':
          return [...missing, `${name} NOT IN (${[...choices].map(quote).join(', ')})`];
        case 'json':
          return [...missing, `${name} <> '${schema.type === 'array' ? '[]' : '{}'}'`];
        case 'plain':
          return missing;
      }
    });
    return { sql: `(${sql.join(' OR ')})`, params: [] };
  }

  /** Gives the values of an entity in the order of {@link selection}. */
  toRow(entity: Entity): SqlValue[] {
    const fields = entity as Readonly<Record<string, unknown>>;
    return this.#columns.map(({ field, codec }) => encode(codec, fields[field]));
  }

  /** Gives the assignments of an UPDATE and their values; fields that are undefined are left out. */
  toAssignments(patch: EntityPatch<Entity>): { readonly sql: string; readonly params: SqlValue[] } {
    const assigned = Object.entries(patch).filter(([, value]) => value !== undefined);
    return {
      sql: assigned.map(([field]) => `${this.#column(field).name} = ?`).join(', '),
      params: assigned.map(([field, value]) => encode(this.#column(field).codec, value)),
    };
  }

  #column(field: string): Column {
    const column = this.#columnByField.get(field);
    if (!column) {
      throw invalidInput({ path: field, message: `${this.name} has no field ${field}` });
    }
    return column;
  }

  #unreadable(row: Row): SweatShopError {
    const [{ column, why } = { column: '', why: '' }] = this.unreadableFields(row);
    const id = String(row[this.idIndex]);
    return new SweatShopError(
      'Unreadable',
      `The row ${id} of ${this.name} cannot be read: ${column} ${why}.`,
      { table: this.name, id, column, why },
    );
  }
}

function toColumn(field: string, entry: v.GenericSchema): Column {
  const schema = unwrap(entry);
  return {
    field,
    name: toSnakeCase(field),
    codec: codecOf(schema),
    isOptional: schema !== entry,
    schema,
    choices: choicesOf(schema),
  };
}

function toSnakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Every wrapper we use, `optional`, `exactOptional` and `nullable`, stands for a value that may be absent. */
function unwrap(schema: v.GenericSchema): v.GenericSchema {
  return 'wrapped' in schema ? unwrap(schema.wrapped as v.GenericSchema) : schema;
}

function codecOf(schema: v.GenericSchema): Codec {
  switch (schema.type) {
    case 'array':
    case 'object':
    case 'strict_object':
    case 'loose_object':
    case 'record':
      return 'json';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'picklist':
      return 'choice';
    default:
      return 'plain';
  }
}

function choicesOf(schema: v.GenericSchema): ReadonlySet<unknown> {
  return new Set(
    schema.type === 'picklist' && 'options' in schema ? (schema.options as unknown[]) : [],
  );
}

function encode(codec: Codec, value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (codec === 'json') return JSON.stringify(value);
  if (codec === 'boolean') return value === true ? 1 : 0;
  return value as SqlValue;
}

/** @returns Undefined when the value cannot be read. */
function decode(column: Column, value: Exclude<SqlValue, null>): unknown {
  switch (column.codec) {
    case 'plain':
      return value;
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'number' ? value !== 0 : undefined;
    case 'choice':
      return column.choices.has(value) ? value : undefined;
    case 'json':
      return decodeJson(column, value);
  }
}

function decodeJson({ schema }: Column, value: Exclude<SqlValue, null>): unknown {
  // Most lists are empty, and reading them must cost nothing.
  if (value === '[]' && schema.type === 'array') return [];
  const parsed = parseJson(value);
  return parsed !== undefined && v.is(schema, parsed) ? parsed : undefined;
}

function parseJson(value: SqlValue): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function whyUnreadable(column: Column, value: SqlValue): string | undefined {
  if (value === null) return column.isOptional ? undefined : 'has no value';
  if (decode(column, value) !== undefined) return undefined;
  if (column.codec === 'choice') {
    return `is none of ${[...column.choices].map(String).join(', ')}`;
  }
  if (column.codec !== 'json') return `is not a ${column.codec}`;
  return parseJson(value) === undefined ? 'is not valid JSON' : 'is JSON of another shape';
}

function quote(value: unknown): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}
