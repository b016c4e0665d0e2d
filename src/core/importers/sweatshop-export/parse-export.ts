import * as v from 'valibot';
import { SweatShopError } from '../../../shared/errors.ts';
import {
  IMPORT_TARGETS,
  type ImportNotice,
  type ImportRow,
  type ImportTarget,
} from '../../../shared/types.ts';
import type { ParsedSource } from '../import-row.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from './export-format.ts';

/** The system whose rows are taken over as they are, ids included. */
export const EXPORT_SYSTEM = 'sweatshop';

const FieldsSchema = v.record(v.string(), v.unknown());

const ExportSchema = v.object({
  format: v.literal(EXPORT_FORMAT),
  version: v.number(),
  tables: v.record(v.string(), v.array(FieldsSchema)),
  unreadable: v.optional(
    v.array(v.object({ table: v.string(), why: v.string(), row: FieldsSchema })),
    [],
  ),
});

/**
 * Makes rows of an export of SweatShop: each with its id and every field that it had.
 *
 * @param document The parsed JSON.
 * @param file What messages call it.
 * @throws SweatShopError InvalidInput for anything else, and for an export of a newer SweatShop.
 */
export function parseExport(document: unknown, file: string): ParsedSource {
  assertKnownVersion(document, file);
  const parsed = v.safeParse(ExportSchema, document);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? 'the document';
    throw refused(file, `${place}: ${issue.message}`);
  }
  const { tables, unreadable } = parsed.output;
  const unknown = Object.keys(tables).filter((name) => !isTarget(name));
  const notices: ImportNotice[] = [
    ...unknown.map((name) => ({
      severity: 'error' as const,
      place: `${file}: ${name}`,
      message: 'This SweatShop has no such table; its rows are left out.',
    })),
    ...unreadable.map(({ table, why }) => ({
      severity: 'error' as const,
      place: `${file}: ${table}`,
      message: `A row could not be read when it was exported, and is left out: ${why}`,
    })),
  ];
  const rows = IMPORT_TARGETS.flatMap((table) =>
    (tables[table] ?? []).map((entity, index) => toRow(table, entity, index)),
  );
  return { source: { system: EXPORT_SYSTEM, name: file }, rows, notices };
}

function assertKnownVersion(document: unknown, file: string): void {
  const version = v.safeParse(v.object({ version: v.number() }), document);
  if (!version.success || version.output.version <= EXPORT_VERSION) return;
  throw refused(file, 'a newer SweatShop wrote this export. Update SweatShop, then import it.');
}

function isTarget(name: string): name is ImportTarget {
  return (IMPORT_TARGETS as readonly string[]).includes(name);
}

function toRow(table: ImportTarget, entity: Record<string, unknown>, index: number): ImportRow {
  const { id, ...fields } = entity;
  const place = `${table}[${String(index)}]`;
  // A setting is named by its key.
  const name = id ?? entity['key'];
  const key = typeof name === 'string' ? name : place;
  return {
    ...{ table, key, place, raw: entity },
    target: { table, ...(typeof id === 'string' ? { id } : {}), fields },
  };
}

function refused(file: string, problem: string): SweatShopError {
  return new SweatShopError('InvalidInput', `${file}: ${problem}`, { place: file });
}
