import { notFound } from '../../shared/errors.ts';
import type { Problem } from '../../shared/entities/problem.ts';
import type { Database, Row } from '../database/database.ts';
import { allOf, isOneOf, type Condition } from './condition.ts';
import { dependentsOf } from './dependents.ts';
import { assertPage, toCondition, toOrderBy, type Query } from './query.ts';
import type { EntityLike, EntityPatch, Table } from './table.ts';

/** Which rows, in which order, and which part of them. */
export type Selection = {
  readonly where: Condition;
  /** The ORDER BY terms. */
  readonly orderBy: string;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
};

/** The rows of a part of a table that cannot be read, and the row number after which the next part starts. */
export type ProblemPage = { readonly problems: Problem[]; readonly nextRowid: number | null };

/** What every repository does: create, read, count, change and delete the rows of one table. */
export abstract class Repository<Entity extends EntityLike> {
  protected readonly database: Database;
  protected readonly table: Table<Entity>;
  /** What a person calls one row, for messages. */
  readonly #entityName: string;
  readonly #insertSql: string;
  readonly #getSql: string;

  protected constructor(database: Database, table: Table<Entity>, entityName: string) {
    this.database = database;
    this.table = table;
    this.#entityName = entityName;
    const placeholders = table.columnNames.map(() => '?').join(', ');
    this.#insertSql = `INSERT INTO ${table.name} (${table.selection}) VALUES (${placeholders})`;
    this.#getSql = `SELECT ${table.selection} FROM ${table.name} WHERE id = ?`;
  }

  /**
   * Gives the row with this id, or null.
   *
   * @throws SweatShopError Unreadable when a foreign hand left something in the row that is no value of its
   *   field; lists leave such a row out.
   */
  get(id: string): Entity | null {
    const row = this.database.get(this.#getSql, [id]);
    return row ? this.table.toEntity(row) : null;
  }

  /** @throws SweatShopError NotFound when no row has this id; Unreadable. */
  getOrThrow(id: string): Entity {
    const entity = this.get(id);
    if (!entity) throw notFound(this.#entityName, id);
    return entity;
  }

  /**
   * Lists the rows that a query takes in; by id unless it says otherwise.
   *
   * @throws SweatShopError InvalidInput for a field, operator, value or page that the table does not have.
   */
  query({ where, orderBy, limit, offset }: Query<Entity> = {}): Entity[] {
    assertPage({ limit, offset });
    return this.select({
      where: toCondition(this.table, where),
      orderBy: toOrderBy(this.table, orderBy),
      limit,
      offset,
    });
  }

  /**
   * Counts the rows that are like all clauses, whether they can be read or not.
   *
   * @throws SweatShopError InvalidInput as {@link query} does.
   */
  countQuery(where: Query<Entity>['where'] = []): number {
    return this.countWhere(toCondition(this.table, where));
  }

  /** Gives some fields of every row as they are stored, null for no value. */
  values(fields: readonly (keyof Entity & string)[]): Row[] {
    const columns = fields.map((field) => this.table.column(field)).join(', ');
    return this.database.all(`SELECT ${columns} FROM ${this.table.name}`);
  }

  /** @throws SweatShopError Conflict when the id or another unique value is taken. */
  create(entity: Entity): Entity {
    this.database.run(this.#insertSql, this.table.toRow(entity), this.#change(entity.id));
    return entity;
  }

  /** Stores the row, whether there is one with its id or not; what the entity leaves out becomes empty. */
  upsert(entity: Entity): Entity {
    const assignments = this.table.columnNames.map((column) => `${column} = excluded.${column}`);
    this.database.run(
      `${this.#insertSql} ON CONFLICT (id) DO UPDATE SET ${assignments.join(', ')}`,
      this.table.toRow(entity),
      this.#change(entity.id),
    );
    return entity;
  }

  /**
   * Changes the given fields.
   *
   * @param patch Undefined fields stay, null clears.
   * @returns The row as it is now.
   * @throws SweatShopError NotFound; Conflict when a unique value is taken; Unreadable when the row still
   *   cannot be read with the patch.
   */
  update(id: string, patch: EntityPatch<Entity>): Entity {
    const { sql, params } = this.table.toAssignments(patch);
    if (sql !== '') {
      this.database.run(
        `UPDATE ${this.table.name} SET ${sql} WHERE id = ?`,
        [...params, id],
        this.#change(id),
      );
    }
    return this.getOrThrow(id);
  }

  /**
   * Deletes a row with those that belong to it, and tells the change feed of all of them.
   *
   * @throws SweatShopError NotFound; Conflict when other rows still refer to it.
   */
  delete(id: string): void {
    this.database.transaction(() => {
      this.database.touch(dependentsOf(this.database, this.table.name, id));
      this.#delete(id);
    });
  }

  #delete(id: string): void {
    const sql = `DELETE FROM ${this.table.name} WHERE id = ?`;
    if (this.database.run(sql, [id], this.#change(id)) === 0) throw notFound(this.#entityName, id);
  }

  /** Tells the change feed that rows look different though they were not written. */
  touch(ids: readonly string[]): void {
    this.database.touch(ids.map((id) => this.#change(id)));
  }

  /**
   * Looks through a part of the table for rows that cannot be read.
   *
   * @param afterRowid Where the part before ended; 0 to start.
   * @param length How many row numbers the part spans.
   * @returns What is wrong, and where the next part starts; null at the end.
   */
  findProblems(afterRowid: number, length: number): ProblemPage {
    const { name, selection, suspects } = this.table;
    const endRowid = afterRowid + length;
    const problems = this.database
      .all(
        `SELECT ${selection} FROM ${name} WHERE rowid > ? AND rowid <= ? AND ${suspects.sql} ORDER BY rowid`,
        [afterRowid, endRowid],
      )
      .flatMap((row) => {
        const id = String(row[this.table.idIndex]);
        return this.table.unreadableFields(row).map((field) => ({ table: name, id, ...field }));
      });
    const [next] = this.database.get(`SELECT min(rowid) FROM ${name} WHERE rowid > ?`, [
      endRowid,
    ]) ?? [null];
    return { problems, nextRowid: typeof next === 'number' ? next - 1 : null };
  }

  protected select(selection: Selection): Entity[] {
    return this.table.toEntities(this.selectRows(this.table.selection, selection));
  }

  protected selectRows(columns: string, { where, orderBy, limit, offset }: Selection): Row[] {
    const page = limit === undefined && offset === undefined ? '' : ' LIMIT ? OFFSET ?';
    return this.database.all(
      `SELECT ${columns} FROM ${this.table.name} WHERE ${where.sql} ORDER BY ${orderBy}${page}`,
      page === '' ? where.params : [...where.params, limit ?? -1, offset ?? 0],
    );
  }

  protected countWhere(where: Condition): number {
    const sql = `SELECT count(*) FROM ${this.table.name} WHERE ${where.sql}`;
    return Number(this.database.get(sql, where.params)?.[0]);
  }

  protected deleteWhere(where: Condition): number {
    return this.database.transaction(() => {
      const ids = this.selectRows('id', { where, orderBy: 'id' }).map(([id]) => String(id));
      this.database.run(`DELETE FROM ${this.table.name} WHERE ${where.sql}`, where.params);
      this.touch(ids);
      return ids.length;
    });
  }

  /** Takes rows whose field has this value, or any of these values; undefined does not narrow. */
  protected where(
    field: keyof Entity & string,
    value: string | null | readonly (string | null)[] | undefined,
  ): Condition | undefined {
    const values = value === undefined || Array.isArray(value) ? value : [value as string | null];
    return isOneOf(this.table.column(field), values as readonly (string | null)[] | undefined);
  }

  protected whereAll(
    values: Partial<Record<keyof Entity & string, string | null | readonly string[] | undefined>>,
  ): Condition {
    return allOf(
      Object.entries(values).map(([field, value]) =>
        this.where(field as keyof Entity & string, value as string | null | undefined),
      ),
    );
  }

  #change(id: string) {
    return { table: this.table.name, id };
  }
}
