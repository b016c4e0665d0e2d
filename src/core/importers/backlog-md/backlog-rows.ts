import {
  TICKET_PRIORITIES,
  type ImportNotice,
  type ImportRow,
  type ImportSource,
} from '../../../shared/types.ts';
import type { ImportedTicket, ImportNotice as FileNotice } from '../imported-ticket.ts';
import { importTarget, refTo, type ParsedSource } from '../import-row.ts';
import type { ParsedBacklog } from './backlog-parser.ts';

const SYSTEM = 'backlog-md';
const TASKS = 'tasks';

/**
 * Makes what an import takes of the tasks of a folder, in the order that each column shall have.
 *
 * @param folder What messages call the folder.
 * @param project What the project is called: two of them may each have a `task-1`.
 */
export function toBacklogSource(
  { tickets, errors, warnings }: ParsedBacklog,
  { folder, project }: { readonly folder: string; readonly project: string },
): ParsedSource {
  const source: ImportSource = { system: SYSTEM, name: folder };
  const keyOf = (externalId: string) => `${project}/${externalId.toLowerCase()}`;
  const allWarnings = [...warnings, ...tickets.flatMap((ticket) => ticket.warnings)];
  return {
    source,
    rows: tickets.toSorted(bySourceOrder).map((ticket) => toRow(ticket, keyOf)),
    notices: [
      ...allWarnings.map((notice) => toNotice('warning', notice)),
      ...errors.map((notice) => toNotice('error', notice)),
    ],
  };
}

function toRow(ticket: ImportedTicket, keyOf: (externalId: string) => string): ImportRow {
  const { externalId, title, description, acceptanceCriteria, priority, status, origin } = ticket;
  return {
    table: TASKS,
    key: keyOf(externalId),
    raw: { ...ticket.raw },
    place: `${origin.file}:${String(origin.dependenciesLine)}`,
    target: importTarget('tickets', {
      ...{ source: SYSTEM, externalId, title, description, acceptanceCriteria, priority, status },
      labels: [...ticket.labels],
      dependsOn: ticket.dependsOn.map((id) => refTo(TASKS, keyOf(id))),
      createdAt: ticket.createdAt ?? undefined,
      updatedAt: ticket.updatedAt ?? undefined,
    }),
  };
}

function toNotice(
  severity: ImportNotice['severity'],
  { file, line, message }: FileNotice,
): ImportNotice {
  return { severity, place: line === null ? file : `${file}:${String(line)}`, message };
}

/** The source's own order first; tickets that have none follow by priority and then age. */
function bySourceOrder(one: ImportedTicket, other: ImportedTicket): number {
  return (
    compare(one.ordinal ?? Infinity, other.ordinal ?? Infinity) ||
    TICKET_PRIORITIES.indexOf(one.priority) - TICKET_PRIORITIES.indexOf(other.priority) ||
    compare(one.createdAt ?? '', other.createdAt ?? '') ||
    one.externalId.localeCompare(other.externalId, 'en', { numeric: true })
  );
}

function compare<T extends string | number>(one: T, other: T): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
