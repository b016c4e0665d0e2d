import {
  IMPORT_TARGETS,
  type ImportCounts,
  type ImportReport,
  type ImportRow,
  type ImportSource,
  type ImportTarget,
} from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { KnownRow } from '../repositories/import-record-repository.ts';
import { isSame, type AuditTrail } from './audit-trail.ts';
import { AscendingIds } from './ascending-ids.ts';
import type { ServiceContext } from './context.ts';
import { ImportAdoption } from './import-adoption.ts';
import { flawOf, flawedTextOf } from './import-checks.ts';
import { ImportClaims } from './import-claims.ts';
import {
  candidateOf,
  fieldGroupsOf,
  hasFields,
  nameOf,
  sourceKey,
  type ImportItem,
} from './import-items.ts';
import { mergeFields } from './import-merge.ts';
import { ImportNotices } from './import-notices.ts';
import { ImportRecordKeeper, lastFieldsOf, onlyGiven } from './import-record-keeper.ts';
import { ImportReferences } from './import-references.ts';
import { importTables, type TableRows } from './import-tables.ts';
import { defaultsOf, isRequired, TARGETS, timesOf, type Fields } from './import-targets.ts';
import { ImportTickets } from './import-tickets.ts';
import { ImportWriter } from './import-writer.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { WipLimitService } from './wip-limits.ts';

/** The system of SweatShop's own export, whose rows are known by their ids. */
export const OWN_SYSTEM = 'sweatshop';

export type ImportParts = {
  readonly audit: AuditTrail;
  readonly positions: TicketPositions;
  readonly limits: WipLimitService;
};

/** One import, from rows of a source to rows here; it must be run in a transaction, and only once. */
export class ImportRun {
  readonly #source: ImportSource;
  readonly #rows: readonly ImportRow[];
  readonly #onProgress: (done: number, total: number) => void;
  readonly #now: string;
  readonly #tables: Readonly<Record<ImportTarget, TableRows>>;
  /** Every row of the source that has a place here, by source table and key. */
  readonly #items = new Map<string, ImportItem>();
  readonly #kept: ImportRow[] = [];
  readonly #notices = new ImportNotices();
  readonly #keeper: ImportRecordKeeper;
  readonly #references: ImportReferences;
  readonly #adoption: ImportAdoption;
  readonly #claims: ImportClaims;
  readonly #tickets: ImportTickets;
  readonly #writer: ImportWriter;
  #steps = 0;
  #reported = 0;

  constructor(
    context: ServiceContext,
    parts: ImportParts,
    source: ImportSource,
    rows: readonly ImportRow[],
    onProgress: (done: number, total: number) => void,
  ) {
    this.#source = source;
    this.#rows = rows;
    this.#onProgress = onProgress;
    this.#now = timestampOf(context.clock);
    const tables = importTables(context.repositories);
    this.#tables = tables;
    this.#keeper = new ImportRecordKeeper(context, source.system, rows.length);
    this.#references = new ImportReferences(tables, this.#items, this.#keeper.known);
    this.#adoption = new ImportAdoption(
      context.repositories,
      this.#keeper.known.values(),
      this.#isOwn,
    );
    const claims = new ImportClaims(tables, this.#references, this.#notices);
    this.#claims = claims;
    this.#tickets = new ImportTickets(context, { ...parts, notices: this.#notices });
    this.#writer = new ImportWriter(context, { audit: parts.audit, tables, claims, source });
  }

  /**
   * Imports everything.
   *
   * @throws SweatShopError LimitReached when a column has no room; what the database says, with the place of the row.
   */
  run(): ImportReport {
    this.#sort();
    const byTable = Map.groupBy(this.#items.values(), ({ table }) => table);
    for (const table of IMPORT_TARGETS) this.#importTable(table, byTable.get(table) ?? []);
    for (const table of IMPORT_TARGETS) this.#importLateFields(table, byTable.get(table) ?? []);
    for (const row of this.#isOwn ? [] : this.#kept) this.#keep(row);
    for (const item of this.#isOwn ? [] : this.#items.values()) this.#keep(item.row, item);
    this.#report(this.#rows.length);
    return {
      source: this.#source,
      dryRun: false,
      counts: IMPORT_TARGETS.flatMap((table) => countsOf(table, byTable.get(table) ?? [])),
      keptOnly: this.#kept.length,
      conflicts: this.#notices.conflicts,
      notices: this.#notices.all,
    };
  }

  get #isOwn(): boolean {
    return this.#source.system === OWN_SYSTEM;
  }

  #sort(): void {
    const seen = new Map<string, ImportRow>();
    for (const row of this.#rows) {
      const key = sourceKey(row.table, row.key);
      const first = seen.get(key);
      if (first) {
        this.#notices.fail(
          { row },
          `${row.table} ${row.key} is there twice; this one is left out, the one at ${first.place} counts`,
        );
        continue;
      }
      seen.set(key, row);
      if (row.target === null) this.#kept.push(row);
      else this.#items.set(key, newItem(row, row.target.table, this.#keeper.known.get(key)));
    }
  }

  #importTable(table: ImportTarget, items: readonly ImportItem[]): void {
    if (items.length === 0) return;
    const { early, own } = fieldGroupsOf(table);
    const ids = new AscendingIds(TARGETS[table].idKind, items.length);
    for (const item of items) this.#identify(item, ids);
    this.#readEntities(table, items);
    for (const item of items) this.#bring(item, early);
    for (const item of items) {
      this.#check(item);
      this.#adopt(item);
    }
    this.#claims.guard(items);
    if (own.length > 0) for (const item of items) this.#bring(item, own);
    const written = items.filter(({ state }) => state === 'new' || state === 'known');
    if (table === 'tickets') this.#tickets.arrange(written);
    this.#writer.write(written, () => {
      this.#step();
    });
    for (const { outcome } of items) if (outcome === null) this.#step();
  }

  /** Finds out which row here it is, or what id it gets. */
  #identify(item: ImportItem, newIds: AscendingIds): void {
    const { table, known, row } = item;
    const ids = this.#references.idsOf(table);
    const { naturalId } = TARGETS[table];
    const { id: ownId, fields = {} } = row.target ?? {};
    const unknown = Object.keys(fields).find(
      (field) => field === 'id' || !(field in TARGETS[table].schema.entries),
    );
    if (unknown !== undefined) {
      this.#fail(item, `${table} has no field ${unknown}`);
      return;
    }
    const natural = naturalId === 'id' ? ownId : naturalId && fields[naturalId];
    const given = typeof natural === 'string' ? natural : ownId;
    const isHere = given !== undefined && ids.has(given);
    if (typeof known?.targetId === 'string') {
      item.id = known.targetId;
      item.state = known.targetTable === table && ids.has(known.targetId) ? 'known' : 'gone';
      if (item.state === 'known') {
        item.last = lastFieldsOf(known);
        item.base = { ...defaultsOf(table, item.last), ...item.last };
      }
    } else if (isHere && this.#isOwn) {
      item.id = given;
      item.state = 'compared';
    } else {
      item.id = given !== undefined && (!isHere || naturalId) ? given : newIds.next();
      ids.add(item.id);
    }
  }

  #readEntities(table: ImportTarget, items: readonly ImportItem[]): void {
    const here = items.filter(({ state }) => state === 'known' || state === 'compared');
    const entities = this.#tables[table].getMany(here.map(({ id }) => id));
    for (const item of here) {
      item.entity = entities.get(item.id) ?? null;
      if (item.entity !== null) continue;
      item.state = 'gone';
      this.#notices.warn(
        item,
        `The row ${item.id} of ${table}, which it became here, cannot be read; it stays as it is`,
      );
    }
  }

  /** Takes fields of the source over, as far as they can be. */
  #bring(item: ImportItem, fields: readonly string[]): void {
    const { table, state } = item;
    if (state === 'gone' || state === 'failed') return;
    const there = this.#fieldsThere(item, fields);
    if (there === null) return;
    if (state === 'adopted') Object.assign(item.written, there);
    else if (state === 'new') {
      Object.assign(item.written, there);
      item.entity = {
        ...(item.entity ?? this.#fieldsOfNew(item)),
        ...there,
        id: item.id,
      };
    } else if (state === 'compared') this.#compare(item, there, fields);
    else {
      const here = item.entity ?? {};
      const defaults = defaultsOf(table, item.row.target?.fields ?? {});
      const merge = mergeFields(
        table,
        { base: item.base, here, there: { ...defaults, ...there } },
        fields,
      );
      Object.assign(item.patch, merge.patch);
      Object.assign(item.written, onlyGiven(merge.base, item));
      for (const conflict of merge.conflicts) this.#notices.conflict(item, conflict);
    }
  }

  #fieldsOfNew({ table, row }: ImportItem): Fields {
    const fields = row.target?.fields ?? {};
    return { ...defaultsOf(table, fields), ...timesOf(table, fields, this.#now) };
  }

  /** @returns Null where a row that it needs is missing. */
  #fieldsThere(item: ImportItem, fields: readonly string[]): Fields | null {
    const there: Record<string, unknown> = {};
    const given = item.row.target?.fields ?? {};
    for (const field of fields) {
      const value = given[field];
      if (value === undefined || value === null) continue;
      const resolved = this.#references.resolve(item.table, field, value);
      for (const { what, why } of resolved.missing) {
        if (resolved.value === undefined && isRequired(item.table, field)) {
          if (item.state === 'new') return this.#refuse(item, field, what, why);
          there[field] = item.state === 'known' ? item.base[field] : item.entity?.[field];
        }
        if (why === 'was deleted here') continue;
        this.#notices.warn(
          item,
          field === 'dependsOn'
            ? `${nameOf(item)} depends on ${what}, which ${why}; that dependency is left out`
            : `${field} names ${what}, which ${why}; it is left out`,
        );
      }
      if (resolved.value !== undefined) there[field] = resolved.value;
    }
    return there;
  }

  #refuse(item: ImportItem, field: string, what: string, why: string): null {
    const message = `${field} names ${what}, which ${why}; the row is only kept as it is`;
    if (why === 'was deleted here') {
      this.#references.forget(item, 'gone');
      this.#notices.warn(item, message);
    } else this.#fail(item, message);
    return null;
  }

  #compare(item: ImportItem, there: Fields, fields: readonly string[]): void {
    for (const field of fields) {
      const [here, value] = [item.entity?.[field], there[field]];
      if (isSame(here, value)) continue;
      this.#notices.conflict(item, { field, here: here ?? null, there: value ?? null });
    }
  }

  /** Takes a row that is here for the new one, where both are the same thing. */
  #adopt(item: ImportItem): void {
    if (item.state !== 'new' || item.entity === null) return;
    const id = this.#adoption.find(item, this.#claims.uniquesOf(item.table));
    if (id === undefined) return;
    if (this.#isOwn) this.#references.replace(item.table, item.id, id);
    if (id !== item.id) this.#references.idsOf(item.table).delete(item.id);
    item.id = id;
    item.state = 'adopted';
    item.entity = null;
  }

  #check(item: ImportItem): void {
    const hasPatch = Object.keys(item.patch).length > 0;
    if (item.state === 'known' && !hasPatch) return;
    if (item.state !== 'known' && item.state !== 'new') return;
    const candidate = candidateOf(item);
    // The place on the board is found when all else is known.
    const isPlaced = item.table !== 'tickets' || candidate['position'] !== undefined;
    const flaw =
      (this.#isOwn ? undefined : flawedTextOf(candidate)) ??
      flawOf(item.table, isPlaced ? candidate : { ...candidate, position: 'a0' });
    if (!flaw) return;
    const message = `${flaw.field} ${flaw.message}; what the source says is only kept`;
    if (item.state === 'new') this.#fail(item, message);
    else {
      this.#notices.fail(item, message);
      this.#claims.undo(item, Object.keys(item.patch));
    }
  }

  #importLateFields(table: ImportTarget, items: readonly ImportItem[]): void {
    const { late } = fieldGroupsOf(table);
    if (late.length === 0) return;
    for (const item of items) {
      if (item.state === 'new') this.#bringLate(item, late);
      else this.#bring(item, late);
    }
    this.#claims.guard(items.filter(({ patch }) => hasFields(patch)));
    this.#writer.update(items.filter(({ patch }) => hasFields(patch)));
  }

  /** The row is there by now, so what it still lacks is a change. */
  #bringLate(item: ImportItem, fields: readonly string[]): void {
    const there = this.#fieldsThere(item, fields);
    if (there === null) return;
    Object.assign(item.written, there);
    Object.assign(item.patch, there);
    // What the source says of its last change is right though the row is written twice.
    if (hasFields(there) && item.entity?.['updatedAt'] !== undefined) {
      item.patch['updatedAt'] = item.entity['updatedAt'];
    }
  }

  #fail(item: ImportItem, message: string): void {
    this.#references.forget(item, 'failed');
    this.#notices.fail(item, message);
  }

  #keep(row: ImportRow, item?: ImportItem): void {
    this.#keeper.keep(row, item);
    this.#step();
  }

  /** Every row is written, or not, and then kept in its record. */
  #step(): void {
    this.#steps += 1;
    const total = this.#rows.length;
    const done = Math.floor(this.#steps / (this.#isOwn ? 1 : 2));
    const interval = Math.max(50, Math.ceil(total / 200));
    if (done % interval === 0) this.#report(done);
  }

  #report(done: number): void {
    if (done <= this.#reported) return;
    this.#reported = done;
    this.#onProgress(done, this.#rows.length);
  }
}

function newItem(row: ImportRow, table: ImportTarget, known: KnownRow | undefined): ImportItem {
  return {
    ...{ row, table, known, id: '', state: 'new', entity: null },
    ...{ patch: {}, last: {}, base: {}, written: {}, outcome: null },
  };
}

function countsOf(table: ImportTarget, items: readonly ImportItem[]): ImportCounts[] {
  if (items.length === 0) return [];
  const counts = { table, created: 0, changed: 0, skipped: 0 };
  for (const { outcome, state } of items) {
    if (outcome !== null) counts[outcome] += 1;
    else if (state !== 'failed') counts.skipped += 1;
  }
  return [counts];
}
