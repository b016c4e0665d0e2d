import type { ImportRow } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { KnownRow } from '../repositories/import-record-repository.ts';
import { AscendingIds } from './ascending-ids.ts';
import type { ServiceContext } from './context.ts';
import { atPlace, sourceKey, type ImportItem } from './import-items.ts';
import { TARGETS, type Fields } from './import-targets.ts';
import { packFields, unpackFields } from './packed-fields.ts';

/** Remembers the rows of a system from one import to the next. */
export class ImportRecordKeeper {
  readonly #context: ServiceContext;
  readonly #system: string;
  readonly #now: string;
  readonly #ids: AscendingIds;
  /** What earlier imports know, by source table and key. */
  readonly known: ReadonlyMap<string, KnownRow>;

  /** @param rowCount How many rows there are to keep at most. */
  constructor(context: ServiceContext, system: string, rowCount: number) {
    this.#context = context;
    this.#ids = new AscendingIds('importRecord', rowCount);
    this.#system = system;
    this.#now = timestampOf(context.clock);
    const known = context.repositories.importRecords.listKnown(system);
    this.known = new Map(known.map((row) => [sourceKey(row.sourceTable, row.sourceKey), row]));
  }

  /** Keeps a row as it is in the source, with what was made of it. */
  keep(row: ImportRow, item?: ImportItem): void {
    const known = this.known.get(sourceKey(row.table, row.key));
    const isTied = item !== undefined && ['new', 'known', 'adopted'].includes(item.state);
    const tie = isTied
      ? { targetTable: item.table, targetId: item.id, fields: packFields(inOrder(item), row.raw) }
      : {};
    const { importRecords } = this.#context.repositories;
    atPlace({ row }, () => {
      if (!known) {
        importRecords.create({
          ...{ id: this.#ids.next(), sourceSystem: this.#system },
          ...{ sourceTable: row.table, sourceKey: row.key, raw: row.raw, importedAt: this.#now },
          ...tie,
        });
      } else if (isOther(known, row, tie)) {
        importRecords.update(known.id, { raw: row.raw, importedAt: this.#now, ...tie });
      }
    });
  }
}

/** Gives what the last import wrote of what the source said. */
export function lastFieldsOf({ fields, raw }: KnownRow): Fields {
  if (fields === null) return {};
  return unpackFields(JSON.parse(fields) as Fields, () => JSON.parse(raw) as Fields);
}

/** Leaves out what every row has without being told, which is no part of what the source says. */
export function onlyGiven(base: Fields, { row, last }: ImportItem): Fields {
  const given = row.target?.fields ?? {};
  return Object.fromEntries(
    Object.entries(base).filter(([field]) => field in given || field in last),
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
