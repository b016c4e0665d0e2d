import type { TicketPriority, TicketStatus } from '../../shared/types.ts';

/** A ticket as a source describes it; every value has the form that SweatShop stores. */
export type ImportedTicket = {
  /** The id that the source gave it, as it is written there. */
  readonly externalId: string;
  readonly origin: ImportOrigin;
  readonly title: string;
  /** Markdown. */
  readonly description: string;
  /** Markdown. */
  readonly acceptanceCriteria: string;
  readonly labels: readonly string[];
  readonly priority: TicketPriority;
  readonly status: TicketStatus;
  /** External ids of the tickets it waits for. */
  readonly dependsOn: readonly string[];
  /** The source's own order within a column, the smallest first; null where it has none. */
  readonly ordinal: number | null;
  /** ISO 8601 in UTC with milliseconds; null where the source does not say. */
  readonly createdAt: string | null;
  /** ISO 8601 in UTC with milliseconds; null where the source does not say. */
  readonly updatedAt: string | null;
  /** The file as it was read: its path, the fields of its front matter, and its text. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly warnings: readonly ImportNotice[];
};

/** Where a ticket stands in its source, for messages; lines are counted from 1. */
export type ImportOrigin = {
  readonly file: string;
  readonly idLine: number;
  readonly dependenciesLine: number;
};

/** Something in a source that a person should know of. */
export type ImportNotice = {
  readonly file: string;
  /** Counted from 1; null where it is about the file as a whole. */
  readonly line: number | null;
  readonly message: string;
};
