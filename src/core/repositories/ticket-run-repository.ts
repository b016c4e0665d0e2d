import { TicketRunSchema, type TicketRun, type TicketRunFilter } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { allOf } from './condition.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<TicketRun>('ticket_runs', TicketRunSchema);

/** Keeps the runs. */
export class TicketRunRepository extends Repository<TicketRun> {
  constructor(database: Database) {
    super(database, table, 'run');
  }

  /** Lists what a filter takes in, the newest first. */
  list({ limit, offset, ...filter }: TicketRunFilter = {}): TicketRun[] {
    const where = this.whereAll(filter);
    return this.select({ where, orderBy: 'started_at DESC, id DESC', limit, offset });
  }

  count({ ticketId, agentId, status }: TicketRunFilter = {}): number {
    return this.countWhere(this.whereAll({ ticketId, agentId, status }));
  }

  /** Gives the run that an agent works on, or null. */
  getRunning(agentId: string): TicketRun | null {
    return this.list({ agentId, status: 'running', limit: 1 })[0] ?? null;
  }

  /**
   * Lists the runs that ended in a period, with those that still run when the period reaches the present.
   *
   * @param now A timestamp.
   */
  listByEnd(period: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly now: string;
    readonly agentId?: string | undefined;
  }): TicketRun[] {
    const { from, to, now, agentId } = period;
    const hasEnd = allOf([
      this.where('agentId', agentId),
      { sql: 'completed_at >= ?', params: [from ?? ''] },
      to === undefined ? undefined : { sql: 'completed_at < ?', params: [to] },
    ]);
    const ended = this.select({ where: hasEnd, orderBy: 'completed_at, id' });
    const holdsNow = (from === undefined || from <= now) && (to === undefined || to > now);
    return holdsNow ? [...ended, ...this.list({ agentId, status: 'running' })] : ended;
  }

  /** @returns How many runs were deleted. */
  deleteBy(owner: { readonly ticketId: string } | { readonly agentId: string }): number {
    return this.deleteWhere(this.whereAll(owner));
  }
}
