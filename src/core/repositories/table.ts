import type * as v from 'valibot';
import type { Row, SqlValue } from '../database/database.ts';

/** Any entity: an object with an id. */
export type EntityLike = { readonly id: string };

/** What an update may carry: any field but the id, with null to clear an optional one. */
export type EntityPatch<Entity> = {
  readonly [K in Exclude<keyof Entity, 'id'>]?:
    Entity[K] | (undefined extends Entity[K] ? null : never) | undefined;
};

type Codec = 'plain' | 'json' | 'boolean';

type Column = { readonly field: string; readonly name: string; readonly codec: Codec };

type ObjectSchema = v.GenericSchema & {
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
};

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
    this.#columns = Object.entries(schema.entries).map(([field, entry]) => ({
      field,
      name: toSnakeCase(field),
      codec: codecOf(entry),
    }));
    this.#columnByField = new Map(this.#columns.map((column) => [column.field, column]));
    this.selection = this.#columns.map((column) => column.name).join(', ');
  }

  get columnNames(): readonly string[] {
    return this.#columns.map((column) => column.name);
  }

  /** Gives the column that stores a field. */
  column(field: keyof Entity & string): string {
    return this.#column(field).name;
  }

  /** Reads a row that was selected by {@link selection}. */
  toEntity(row: Row): Entity {
    const entity: Record<string, unknown> = {};
    for (let index = 0; index < this.#columns.length; index += 1) {
      const value = row[index];
      if (value === null || value === undefined) continue;
      const { field, codec } = this.#columns[index] as Column;
      entity[field] = codec === 'plain' ? value : decode(codec, value);
    }
    return entity as Entity;
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
    if (!column) throw new TypeError(`${this.name} has no field ${field}.`);
    return column;
  }
}

function toSnakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function codecOf(schema: v.GenericSchema): Codec {
  if ('wrapped' in schema) return codecOf(schema.wrapped as v.GenericSchema);
  switch (schema.type) {
    case 'array':
    case 'object':
    case 'record':
      return 'json';
    case 'boolean':
      return 'boolean';
    default:
      return 'plain';
  }
}

function encode(codec: Codec, value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (codec === 'json') return JSON.stringify(value);
  if (codec === 'boolean') return value === true ? 1 : 0;
  return value as SqlValue;
}

function decode(codec: Exclude<Codec, 'plain'>, value: SqlValue): unknown {
  return codec === 'json' ? (JSON.parse(String(value)) as unknown) : value !== 0;
}
