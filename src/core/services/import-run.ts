import { SweatShopError } from '../../shared/errors.ts';
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
import { IMPORT, isSame, type AuditTrail, type Change } from './audit-trail.ts';
import { createId, type ServiceContext } from './context.ts';
import { ImportAdoption } from './import-adoption.ts';
import { flawOf, flawedTextOf } from './import-checks.ts';
import { candidateOf, fieldGroupsOf, nameOf, sourceKey, type ImportItem } from './import-items.ts';
import { mergeFields } from './import-merge.ts';
import { ImportNotices } from './import-notices.ts';
import { ImportReferences } from './import-references.ts';
import { importTables, type TableRows } from './import-tables.ts';
import {
  defaultsOf,
  isRequired,
  TARGETS,
  timesOf,
  type AnyEntity,
  type Fields,
} from './import-targets.ts';
import { ImportTickets } from './import-tickets.ts';
import { uniqueValuesOf, type UniqueValues } from './import-uniques.ts';
import type { TicketPositions } from './ticket-positions.ts';
import type { WipLimitService } from './wip-limits.ts';

/** The system of SweatShop's own export, whose rows are known by their ids. */
export const OWN_SYSTEM = 'sweatshop';

/** The tables whose changes the audit trail has. */
const AUDITED = [
  'tickets',
  'agents',
  'scratch_orgs',
  'ticket_runs',
  'epics',
  'stages',
  'gates',
  'proposals',
  'pull_requests',
] as const satisfies readonly ImportTarget[];

export type ImportParts = {
  readonly audit: AuditTrail;
  readonly positions: TicketPositions;
  readonly limits: WipLimitService;
};

/** One import, from rows of a source to rows here; it must be run in a transaction, and only once. */
export class ImportRun {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;
  readonly #source: ImportSource;
  readonly #rows: readonly ImportRow[];
  readonly #onProgress: (done: number, total: number) => void;
  readonly #now: string;
  readonly #tables: Readonly<Record<ImportTarget, TableRows>>;
  readonly #known: ReadonlyMap<string, KnownRow>;
  /** Every row of the source that has a place here, by source table and key. */
  readonly #items = new Map<string, ImportItem>();
  readonly #kept: ImportRow[] = [];
  readonly #notices = new ImportNotices();
  readonly #references: ImportReferences;
  readonly #adoption: ImportAdoption;
  readonly #tickets: ImportTickets;
  readonly #uniques = new Map<ImportTarget, readonly UniqueValues[]>();
  readonly #change: Change;
  #steps = 0;

  constructor(
    context: ServiceContext,
    parts: ImportParts,
    source: ImportSource,
    rows: readonly ImportRow[],
    onProgress: (done: number, total: number) => void,
  ) {
    this.#context = context;
    this.#audit = parts.audit;
    this.#source = source;
    this.#rows = rows;
    this.#onProgress = onProgress;
    this.#now = timestampOf(context.clock);
    this.#tables = importTables(context.repositories);
    this.#known = this.#readKnown();
    this.#references = new ImportReferences(this.#tables, this.#items, this.#known);
    this.#adoption = new ImportAdoption(context.repositories, this.#isOwn);
    this.#tickets = new ImportTickets(context, { ...parts, notices: this.#notices });
    this.#change = this.#audit.begin(IMPORT, `Imported again from ${source.name}`);
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
    if (!this.#isOwn) this.#keepRecords();
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

  #readKnown(): Map<string, KnownRow> {
    if (this.#isOwn) return new Map();
    const known = this.#context.repositories.importRecords.listKnown(this.#source.system);
    return new Map(known.map((row) => [sourceKey(row.sourceTable, row.sourceKey), row]));
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
      else this.#items.set(key, newItem(row, row.target.table, this.#known.get(key)));
    }
  }

  #importTable(table: ImportTarget, items: readonly ImportItem[]): void {
    if (items.length === 0) return;
    const { early, own } = fieldGroupsOf(table);
    for (const item of items) this.#identify(item);
    this.#readEntities(table, items);
    for (const item of items) this.#bring(item, early);
    for (const item of items) {
      this.#check(item);
      this.#adopt(item);
    }
    this.#guard(items);
    if (own.length > 0) for (const item of items) this.#bring(item, own);
    const written = items.filter(({ state }) => state === 'new' || state === 'known');
    if (table === 'tickets') this.#tickets.arrange(written);
    this.#write(written);
    for (const { outcome } of items) if (outcome === null) this.#step();
  }

  /** Finds out which row here it is, or what id it gets. */
  #identify(item: ImportItem): void {
    const { table, known, row } = item;
    const ids = this.#references.idsOf(table);
    const { naturalId, idKind } = TARGETS[table];
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
      if (item.state === 'known') item.base = baseOf(table, known);
    } else if (isHere && this.#isOwn) {
      item.id = given;
      item.state = 'compared';
    } else {
      item.id = given !== undefined && (!isHere || naturalId) ? given : createId(idKind);
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
      this.#giveUp(item, 'gone');
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
    const id = this.#adoption.find(item, this.#uniquesOf(item.table));
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
      this.#undoPatch(item, Object.keys(item.patch));
    }
  }

  /** Sees to it that no two rows get what only one may have. */
  #guard(items: readonly ImportItem[]): void {
    for (const item of items) {
      if (item.state !== 'known' || item.entity === null) continue;
      for (const unique of this.#uniquesOf(item.table)) {
        const [before, after] = [unique.keyOf(item.entity), unique.keyOf(candidateOf(item))];
        // What cannot be empty for a moment cannot be handed on within one import.
        const isGivenUp = after === null || (canBeEmpty(unique) && before !== after);
        if (before !== null && isGivenUp) unique.release(before, item.id);
      }
    }
    for (const state of ['known', 'new'] as const) {
      for (const item of items) if (item.state === state) this.#claim(item);
    }
  }

  #claim(item: ImportItem): void {
    for (const unique of this.#uniquesOf(item.table)) {
      if (item.state === 'failed') return;
      if (item.state === 'known' && !touches(item, unique)) continue;
      const key = unique.keyOf(candidateOf(item));
      if (key === null) continue;
      const holder = unique.holderOf(key);
      if (holder === undefined || holder === item.id) unique.take(key, item.id);
      else this.#yield(item, unique);
    }
  }

  /** Lets another row keep what both want. */
  #yield(item: ImportItem, unique: UniqueValues): void {
    const { fields, onClash } = unique.rule;
    const [field = ''] = fields;
    const value = String(candidateOf(item)[onClash === 'rename' ? 'externalId' : field]);
    if (onClash === 'omit') {
      this.#set(item, { [field]: undefined });
      this.#notices.warn(
        item,
        `Another row of ${item.table} has the ${field} ${value}; it is left out`,
      );
    } else if (onClash === 'rename') {
      const externalId = this.#freeExternalId(item, unique);
      this.#set(item, { externalId });
      this.#notices.warn(
        item,
        `Another ticket has the external id ${value}; this one gets ${externalId}`,
      );
      this.#claim(item);
    } else if (item.state === 'new') {
      this.#fail(
        item,
        `Another row of ${item.table} has the same ${fields.join(' and ')} (${value}); this one is only kept`,
      );
    } else {
      this.#notices.fail(
        item,
        `Another row of ${item.table} has the same ${fields.join(' and ')} (${value}); this one stays as it is`,
      );
      const { when } = unique.rule;
      this.#undoPatch(item, [...fields, ...(when ? [when.field] : [])]);
    }
  }

  #freeExternalId(item: ImportItem, unique: UniqueValues): string {
    const candidate = candidateOf(item);
    const stem = `${String(candidate['externalId'])} (${item.row.key}`;
    for (let count = 1; ; count += 1) {
      const externalId = count === 1 ? `${stem})` : `${stem} ${String(count)})`;
      const key = unique.keyOf({ ...candidate, externalId });
      const holder = key === null ? undefined : unique.holderOf(key);
      if (holder === undefined || holder === item.id) return externalId;
    }
  }

  /** Sets fields of what will be written; undefined stands for none. */
  #set(item: ImportItem, fields: Fields): void {
    for (const [field, value] of Object.entries(fields)) {
      if (value === undefined) Reflect.deleteProperty(item.written, field);
      else item.written[field] = value;
      if (item.state === 'new') {
        Reflect.deleteProperty(item.patch, field);
        item.entity = without(candidateOf(item), field, value);
      } else if (isSame(item.entity?.[field], value)) Reflect.deleteProperty(item.patch, field);
      else item.patch[field] = value ?? null;
    }
  }

  /** Leaves fields as they are here, and known as they were. */
  #undoPatch(item: ImportItem, fields: readonly string[]): void {
    for (const field of fields) {
      Reflect.deleteProperty(item.patch, field);
      if (item.base[field] === undefined) Reflect.deleteProperty(item.written, field);
      else item.written[field] = item.base[field];
    }
  }

  #write(items: readonly ImportItem[]): void {
    this.#updateAll(items.filter(({ state, patch }) => state === 'known' && hasFields(patch)));
    for (const item of items) {
      if (item.state === 'known') item.outcome ??= 'skipped';
      if (item.state === 'new') this.#create(item);
      if (item.outcome !== null) this.#step();
    }
  }

  /** Those that give up what only one may have come first. */
  #updateAll(changed: readonly ImportItem[]): void {
    for (const item of changed) this.#makeRoom(item);
    const releasing = changed.filter((item) => this.#releases(item));
    for (const item of new Set([...releasing, ...changed])) this.#update(item);
  }

  /** Two rows may swap what each of them has to have alone. */
  #makeRoom(item: ImportItem): void {
    const fields = this.#uniquesOf(item.table)
      .filter(canBeEmpty)
      .flatMap(({ rule }) => rule.fields.slice(-1))
      .filter(
        (field) => item.entity?.[field] !== undefined && (item.patch[field] ?? null) !== null,
      );
    if (fields.length === 0) return;
    const empty = Object.fromEntries(fields.map((field) => [field, null]));
    this.#atPlace(item, () => this.#tables[item.table].update(item.id, empty));
  }

  #releases(item: ImportItem): boolean {
    return this.#uniquesOf(item.table).some((unique) => {
      const before = unique.keyOf(item.entity ?? {});
      return before !== null && unique.keyOf(candidateOf(item)) === null;
    });
  }

  #create(item: ImportItem): void {
    const { entity } = item;
    if (entity === null) return;
    this.#atPlace(item, () => {
      this.#tables[item.table].create(entity);
    });
    item.outcome = 'created';
  }

  #update(item: ImportItem): void {
    const before = item.entity;
    const hasTime = 'updatedAt' in TARGETS[item.table].schema.entries;
    if (hasTime && item.patch['updatedAt'] === undefined) item.patch['updatedAt'] = this.#now;
    const after = this.#atPlace(item, () => this.#tables[item.table].update(item.id, item.patch));
    item.entity = after;
    item.patch = {};
    item.outcome = item.outcome === 'created' ? 'created' : 'changed';
    const audited = AUDITED.find((table) => table === item.table);
    if (item.state === 'known' && audited && before) {
      this.#audit.recordUpdate(this.#change, audited, before as never, after as never);
    }
    if (item.table === 'tickets' && item.state === 'known') this.#tellDependents(before, after);
  }

  /** Whether a ticket waits shows on its card. */
  #tellDependents(before: AnyEntity | null, after: AnyEntity): void {
    if ((before?.['status'] === 'merged') === (after['status'] === 'merged')) return;
    const { tickets } = this.#context.repositories;
    tickets.touch(tickets.dependentsOf(after.id));
  }

  #importLateFields(table: ImportTarget, items: readonly ImportItem[]): void {
    const { late } = fieldGroupsOf(table);
    if (late.length === 0) return;
    for (const item of items) {
      if (item.state === 'new') this.#bringLate(item, late);
      else this.#bring(item, late);
    }
    this.#guard(items.filter(({ patch }) => hasFields(patch)));
    this.#updateAll(items.filter(({ patch }) => hasFields(patch)));
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

  #keepRecords(): void {
    for (const row of this.#kept) this.#keepRecord(row, undefined);
    for (const item of this.#items.values()) this.#keepRecord(item.row, item);
  }

  #keepRecord(row: ImportRow, item: ImportItem | undefined): void {
    const known = this.#known.get(sourceKey(row.table, row.key));
    const isTied = item !== undefined && ['new', 'known', 'adopted'].includes(item.state);
    const tie = isTied ? { targetTable: item.table, targetId: item.id, fields: inOrder(item) } : {};
    const { importRecords } = this.#context.repositories;
    this.#atPlace({ row }, () => {
      if (!known) {
        importRecords.create({
          ...{ id: createId('importRecord'), sourceSystem: this.#source.system },
          ...{ sourceTable: row.table, sourceKey: row.key, raw: row.raw, importedAt: this.#now },
          ...tie,
        });
      } else if (isOther(known, row, tie)) {
        importRecords.update(known.id, { raw: row.raw, importedAt: this.#now, ...tie });
      }
    });
    this.#step();
  }

  #uniquesOf(table: ImportTarget): readonly UniqueValues[] {
    const known = this.#uniques.get(table);
    if (known) return known;
    const uniques = uniqueValuesOf(table, this.#tables[table]);
    this.#uniques.set(table, uniques);
    return uniques;
  }

  #fail(item: ImportItem, message: string): void {
    this.#giveUp(item, 'failed');
    this.#notices.fail(item, message);
  }

  #giveUp(item: ImportItem, state: 'failed' | 'gone'): void {
    if (item.state === 'new' && item.id !== '' && !TARGETS[item.table].naturalId) {
      this.#references.idsOf(item.table).delete(item.id);
    }
    item.state = state;
    item.entity = null;
  }

  #atPlace<T>({ row }: Pick<ImportItem, 'row'>, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SweatShopError)) throw error;
      const { code, message, details } = error;
      throw new SweatShopError(
        code,
        `Nothing was imported. ${row.place}: ${message}`,
        { ...details, place: row.place },
        error,
      );
    }
  }

  /** Every row is written, or not, and then kept in its record. */
  #step(): void {
    this.#steps += 1;
    const total = this.#rows.length;
    const perRow = this.#isOwn ? 1 : 2;
    const done = Math.min(total, Math.floor(this.#steps / perRow));
    const interval = Math.max(50, Math.ceil(total / 200));
    if (this.#steps % perRow === 0 && (done % interval === 0 || done === total)) {
      this.#onProgress(done, total);
    }
  }
}

function newItem(row: ImportRow, table: ImportTarget, known: KnownRow | undefined): ImportItem {
  return {
    ...{ row, table, known, id: '', state: 'new', entity: null },
    ...{ patch: {}, base: {}, written: {}, outcome: null },
  };
}

function baseOf(table: ImportTarget, { fields }: KnownRow): Fields {
  const written = fields === null ? {} : (JSON.parse(fields) as Fields);
  return { ...defaultsOf(table, written), ...written };
}

/** What every row has without being told is no part of what the source says. */
function onlyGiven(base: Fields, { row, known }: ImportItem): Fields {
  const before = typeof known?.fields === 'string' ? (JSON.parse(known.fields) as Fields) : {};
  const given = row.target?.fields ?? {};
  return Object.fromEntries(
    Object.entries(base).filter(([field]) => field in given || field in before),
  );
}

/** The same fields give the same text. */
function inOrder({ table, written }: ImportItem): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(TARGETS[table].schema.entries)
      .filter((field) => written[field] !== undefined)
      .map((field) => [field, written[field]]),
  );
}

function isOther(
  known: KnownRow,
  { raw }: ImportRow,
  tie: { readonly targetTable?: string; readonly targetId?: string; readonly fields?: object },
): boolean {
  return (
    JSON.stringify(raw) !== known.raw ||
    (tie.targetId !== undefined &&
      (tie.targetId !== known.targetId ||
        tie.targetTable !== known.targetTable ||
        JSON.stringify(tie.fields) !== known.fields))
  );
}

function touches({ patch }: ImportItem, { rule }: UniqueValues): boolean {
  const fields = [...rule.fields, ...(rule.when ? [rule.when.field] : [])];
  return fields.some((field) => patch[field] !== undefined);
}

function canBeEmpty({ rule }: UniqueValues): boolean {
  return rule.onClash === 'omit' || rule.onClash === 'rename';
}

function hasFields(patch: Fields): boolean {
  for (const _ in patch) return true;
  return false;
}

function without(entity: AnyEntity, field: string, value: unknown): AnyEntity {
  const { id, ...fields } = entity;
  const rest = Object.entries(fields).filter(([name]) => name !== field);
  return { id, ...Object.fromEntries(rest), ...(value === undefined ? {} : { [field]: value }) };
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
