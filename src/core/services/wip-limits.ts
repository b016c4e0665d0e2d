import * as v from 'valibot';
import { SweatShopError } from '../../shared/errors.ts';
import { WipLimitsSchema, type TicketStatus, type WipLimits } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ServiceContext } from './context.ts';

const CONFIG_KEY = 'wip.limits';

/** Knows how many tickets each column may hold. */
export class WipLimitService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Gives the limits; a setting that another program made unreadable limits nothing. */
  get(): WipLimits {
    const value = this.#context.repositories.config.get(CONFIG_KEY)?.value;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), WipLimitsSchema), value);
    return parsed.success ? parsed.output : {};
  }

  /** Sets all limits; a column that holds more already keeps what it has and takes no more. */
  set(limits: WipLimits): WipLimits {
    this.#context.repositories.config.upsert({
      key: CONFIG_KEY,
      value: JSON.stringify(limits),
      updatedAt: timestampOf(this.#context.clock),
    });
    return this.get();
  }

  /**
   * Checks that tickets may enter a column.
   *
   * @throws SweatShopError LimitReached with status, limit and count.
   */
  assertRoom(status: TicketStatus, entering = 1): void {
    const room = this.#roomIn(status);
    if (!room || room.count + entering <= room.limit) return;
    throw new SweatShopError(
      'LimitReached',
      `The column ${status} holds ${String(room.count)} of at most ${String(room.limit)} tickets. ` +
        'Finish one of them first, or raise the limit.',
      { status, ...room },
    );
  }

  hasRoom(status: TicketStatus): boolean {
    const room = this.#roomIn(status);
    return !room || room.count < room.limit;
  }

  #roomIn(status: TicketStatus): { readonly limit: number; readonly count: number } | undefined {
    const limits: Partial<Record<TicketStatus, number | undefined>> = this.get();
    const limit = limits[status];
    if (limit === undefined) return undefined;
    return { limit, count: this.#context.repositories.tickets.count({ status: [status] }) };
  }
}
