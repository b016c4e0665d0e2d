import type { ImportedTicket, ImportNotice } from '../imported-ticket.ts';
import type { BacklogConfig } from './backlog-config.ts';
import type { BacklogFile } from './backlog-file.ts';
import { parseTaskFile } from './task-file.ts';

/** What a whole folder gives. */
export type ParsedBacklog = {
  readonly tickets: readonly ImportedTicket[];
  /** How many files gave no ticket. */
  readonly failed: number;
  readonly errors: readonly ImportNotice[];
  /** What is not about one ticket; a ticket carries its own. */
  readonly warnings: readonly ImportNotice[];
};

/** Reads the tasks of a Backlog.md folder, one file at a time, so that a host can show how far it is. */
export class BacklogParser {
  readonly #config: BacklogConfig;
  readonly #byId = new Map<string, ImportedTicket>();
  readonly #errors: ImportNotice[] = [];
  #failed = 0;

  constructor(config: BacklogConfig) {
    this.#config = config;
  }

  /** Takes in a file; one that cannot be read, or whose id another has already, is noted and left out. */
  add(file: BacklogFile): void {
    const { ticket, errors } = parseTaskFile(file, this.#config);
    if (!ticket) {
      this.fail(...errors);
      return;
    }
    const key = ticket.externalId.toLowerCase();
    const earlier = this.#byId.get(key);
    if (earlier) {
      const message = `id: ${ticket.externalId} is that of ${earlier.origin.file} already`;
      this.fail({ file: file.path, line: ticket.origin.idLine, message });
      return;
    }
    this.#byId.set(key, ticket);
  }

  /** Notes that one file gives no ticket, and why. */
  fail(...errors: ImportNotice[]): void {
    this.#errors.push(...errors);
    this.#failed += 1;
  }

  /** Gives everything that was read, with dependencies under the ids that the tasks have themselves. */
  finish(): ParsedBacklog {
    const tickets = [...this.#byId.values()];
    const idsByNumber = groupByNumber(tickets);
    return {
      tickets: tickets.map((ticket) => ({
        ...ticket,
        dependsOn: [...new Set(ticket.dependsOn.map((id) => this.#resolve(id, idsByNumber)))],
      })),
      failed: this.#failed,
      errors: this.#errors,
      warnings: this.#config.warnings,
    };
  }

  /** A project that changed its prefix still writes `task-7`, or only `7`, for what is `BACK-7` now. */
  #resolve(id: string, idsByNumber: ReadonlyMap<string, readonly string[]>): string {
    const exact = this.#byId.get(id.toLowerCase());
    if (exact) return exact.externalId;
    const sameNumber = idsByNumber.get(numberOf(id)) ?? [];
    return sameNumber.length === 1 ? (sameNumber[0] ?? id) : id;
  }
}

function groupByNumber(tickets: readonly ImportedTicket[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { externalId } of tickets) {
    const number = numberOf(externalId);
    if (number === '') continue;
    groups.set(number, [...(groups.get(number) ?? []), externalId]);
  }
  return groups;
}

/** The `4.12` of `task-4.12`; empty where an id has no such form. */
function numberOf(id: string): string {
  return /^(?:[a-z]+-)?(\d+(?:\.\d+)*)$/i.exec(id)?.[1] ?? '';
}
