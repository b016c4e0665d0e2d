import type { ImportSource, ImportTarget } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { IMPORT, type AuditTrail, type Change } from './audit-trail.ts';
import type { ServiceContext } from './context.ts';
import type { ImportClaims } from './import-claims.ts';
import { atPlace, candidateOf, hasFields, type ImportItem } from './import-items.ts';
import type { TableRows } from './import-tables.ts';
import { TARGETS, type AnyEntity } from './import-targets.ts';
import { canBeEmpty } from './import-uniques.ts';

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

/** Writes rows that come in, and into the audit trail what changed in those that are here. */
export class ImportWriter {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;
  readonly #tables: Readonly<Record<ImportTarget, TableRows>>;
  readonly #claims: ImportClaims;
  readonly #change: Change;
  readonly #now: string;

  constructor(
    context: ServiceContext,
    parts: {
      readonly audit: AuditTrail;
      readonly tables: Readonly<Record<ImportTarget, TableRows>>;
      readonly claims: ImportClaims;
      readonly source: ImportSource;
    },
  ) {
    this.#context = context;
    this.#audit = parts.audit;
    this.#tables = parts.tables;
    this.#claims = parts.claims;
    this.#change = parts.audit.begin(IMPORT, `Imported again from ${parts.source.name}`);
    this.#now = timestampOf(context.clock);
  }

  /**
   * Writes rows whose every field is settled.
   *
   * @param onWritten Told of each row.
   */
  write(items: readonly ImportItem[], onWritten: () => void): void {
    this.update(items.filter(({ state, patch }) => state === 'known' && hasFields(patch)));
    for (const item of items) {
      if (item.state === 'known') item.outcome ??= 'skipped';
      if (item.state === 'new') this.#create(item);
      if (item.outcome !== null) onWritten();
    }
  }

  /** Changes rows that are here; those that give up what only one may have come first. */
  update(changed: readonly ImportItem[]): void {
    for (const item of changed) this.#makeRoom(item);
    const releasing = changed.filter((item) => this.#releases(item));
    for (const item of new Set([...releasing, ...changed])) this.#update(item);
  }

  /** Two rows may swap what each of them has to have alone. */
  #makeRoom(item: ImportItem): void {
    const fields = this.#claims
      .uniquesOf(item.table)
      .filter(canBeEmpty)
      .flatMap(({ rule }) => rule.fields.slice(-1))
      .filter(
        (field) => item.entity?.[field] !== undefined && (item.patch[field] ?? null) !== null,
      );
    if (fields.length === 0) return;
    const empty = Object.fromEntries(fields.map((field) => [field, null]));
    atPlace(item, () => this.#tables[item.table].update(item.id, empty));
  }

  #releases(item: ImportItem): boolean {
    return this.#claims.uniquesOf(item.table).some((unique) => {
      const before = unique.keyOf(item.entity ?? {});
      return before !== null && unique.keyOf(candidateOf(item)) === null;
    });
  }

  #create(item: ImportItem): void {
    const { entity } = item;
    if (entity === null) return;
    atPlace(item, () => {
      this.#tables[item.table].create(entity);
    });
    item.outcome = 'created';
  }

  #update(item: ImportItem): void {
    const before = item.entity;
    const hasTime = 'updatedAt' in TARGETS[item.table].schema.entries;
    if (hasTime && item.patch['updatedAt'] === undefined) item.patch['updatedAt'] = this.#now;
    const after = atPlace(item, () => this.#tables[item.table].update(item.id, item.patch));
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
}
