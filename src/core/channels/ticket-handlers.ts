import type { ClaimService } from '../services/claim-service.ts';
import type { TicketService } from '../services/ticket-service.ts';
import type { WipLimitService } from '../services/wip-limits.ts';
import type { HandlersOf } from './handlers.ts';

export function ticketHandlers(
  tickets: TicketService,
  limits: WipLimitService,
  claims: ClaimService,
): HandlersOf<'tickets'> {
  return {
    list: (filter) => tickets.list(filter),
    cards: (filter) => tickets.cards(filter),
    count: (filter) => tickets.count(filter),
    get: (id) => tickets.get(id),
    create: (data) => tickets.create(data),
    update: (id, patch) => tickets.update(id, patch),
    move: (id, place) => tickets.move(id, place),
    updateMany: (ids, patch) => tickets.updateMany(ids, patch),
    reopen: (id, reason, status) => tickets.reopen(id, reason, status),
    archive: (id) => tickets.archive(id),
    unarchive: (id) => tickets.unarchive(id),
    delete: (id, options) => {
      tickets.delete(id, options);
    },
    ready: (filter) => tickets.ready(filter),
    claimNext: (agentId, filter) => claims.claimNext(agentId, filter),
    blocked: () => tickets.blocked(),
    labels: () => tickets.labels(),
    limits: () => limits.get(),
    setLimits: (all) => limits.set(all),
  };
}
