import type { OrgService } from '../services/org-service.ts';
import type { HandlersOf } from './handlers.ts';

export function orgHandlers(orgs: OrgService): HandlersOf<'orgs'> {
  return {
    list: () => orgs.list(),
    get: (id) => orgs.get(id),
    create: (data) => orgs.create(data),
    update: (id, patch) => orgs.update(id, patch),
    delete: (id) => {
      orgs.delete(id);
    },
    claim: (agentId, orgId) => orgs.claim(agentId, orgId),
    release: (id) => orgs.release(id),
  };
}
