import type { TicketStatus } from '../../../shared/types.ts';
import type { ImportNotice } from '../imported-ticket.ts';
import { STATUS_WORDS, wordKey } from '../ticket-words.ts';
import { readYaml, type Field } from './front-matter.ts';

const CONFIG_FILE = 'config.yml';
const DEFAULT_STATUSES = ['To Do', 'In Progress', 'Done'];

/** What the config of a Backlog.md folder says that an import needs. */
export type BacklogConfig = {
  /** What the project is called; null where the config does not say. */
  readonly projectName: string | null;
  /** The status of a task that names none. */
  readonly defaultStatus: string;
  /** Every status that a task may have. */
  readonly statuses: readonly string[];
  /** The column of a status by its {@link wordKey}. */
  readonly columns: ReadonlyMap<string, TicketStatus>;
  readonly warnings: readonly ImportNotice[];
};

/**
 * Reads `config.yml`, which names the statuses.
 *
 * A status that this board does not know by name goes by its place: the first to Backlog, the last to
 * Merged, any other to In progress; a warning says so.
 *
 * @param text The file, or null where there is none; then the statuses that Backlog.md sets up count.
 * @returns The config; one that cannot be read counts as absent, with a warning.
 */
export function readBacklogConfig(text: string | null): BacklogConfig {
  const { fields, problem } = readYaml(
    (text ?? '').replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'),
    0,
  );
  const statuses = namesOf(fields.get('statuses')) ?? DEFAULT_STATUSES;
  const columns = new Map<string, TicketStatus>();
  const warnings: ImportNotice[] = [];
  if (problem) {
    const message = `${problem.message}; the usual statuses are taken instead`;
    warnings.push({ file: CONFIG_FILE, line: problem.line, message });
  }
  for (const [index, status] of statuses.entries()) {
    const known = STATUS_WORDS.get(wordKey(status));
    columns.set(wordKey(status), known ?? columnByPlace(index, statuses.length));
    if (known) continue;
    warnings.push({
      file: CONFIG_FILE,
      line: fields.get('statuses')?.line ?? null,
      message: `the status "${status}" has no column of its own here; its tasks go to ${columnByPlace(index, statuses.length)}`,
    });
  }
  const [defaultStatus = statuses[0] ?? 'To Do'] = namesOf(fields.get('default_status')) ?? [];
  const [projectName = null] = namesOf(fields.get('project_name')) ?? [];
  return { projectName, defaultStatus, statuses, columns, warnings };
}

function columnByPlace(index: number, count: number): TicketStatus {
  if (index === 0) return 'backlog';
  return index === count - 1 ? 'merged' : 'in_progress';
}

function namesOf(field: Field | undefined): readonly string[] | null {
  const names = typeof field?.value === 'string' ? [field.value] : (field?.value ?? []);
  const filled = names.map((name) => name.trim()).filter(Boolean);
  return filled.length > 0 ? filled : null;
}
