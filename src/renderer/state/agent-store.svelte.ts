import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import { type Agent, WAITING_AGENT_STATUSES } from '../../shared/entities/agent.ts';
import { EntityStore } from './entity-store.svelte.ts';
import { loadByIds } from './load-by-ids.ts';

/** Every agent. */
export class AgentStore extends EntityStore<Agent> {
  /** The oldest first, as they were made. */
  readonly inOrder: readonly Agent[] = $derived(
    [...this.all].sort((a, b) => compare(a.createdAt, b.createdAt) || compare(a.id, b.id)),
  );

  /** Those that stand still until a person acts, the longest wait first. */
  readonly waiting: readonly Agent[] = $derived(
    this.all
      .filter(({ status }) => WAITING_AGENT_STATUSES.includes(status))
      .sort((a, b) => compare(a.updatedAt, b.updatedAt)),
  );

  readonly idle: readonly Agent[] = $derived(
    this.inOrder.filter(({ status }) => status === 'IDLE'),
  );

  constructor(api: SweatShopApi) {
    super({
      loadAll: () => api.agents.list(),
      loadSome: (ids) => loadByIds(ids, api.agents),
    });
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
