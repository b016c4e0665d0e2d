import type * as v from 'valibot';
import type { SyncState, SyncStateInputSchema } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ServiceContext } from './context.ts';

/** Keeps how far the exchange with other systems has come. */
export class SyncService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(): SyncState[] {
    return this.#states.list();
  }

  get(system: string): SyncState | null {
    return this.#states.get(system);
  }

  /** Notes what is known after an exchange; what is left out stays as it was. */
  record(system: string, state: v.InferOutput<typeof SyncStateInputSchema>): SyncState {
    return this.#context.database.transaction(() => {
      const lastSyncAt = state.lastSyncAt ?? timestampOf(this.#context.clock);
      if (!this.#states.get(system)) {
        this.#states.create({ id: system, lastSyncAt, syncErrors: [] });
      }
      return this.#states.update(system, { ...state, lastSyncAt });
    });
  }

  get #states() {
    return this.#context.repositories.syncStates;
  }
}
