import type { GateService } from '../services/gate-service.ts';
import type { HandlersOf } from './handlers.ts';

export function gateHandlers(gates: GateService): HandlersOf<'gates'> {
  return {
    list: (filter) => gates.list(filter),
    get: (id) => gates.get(id),
    create: (data) => gates.create(data),
    delete: (id) => {
      gates.delete(id);
    },
    approve: (id, verdict) => gates.approve(id, verdict),
    reject: (id, verdict) => gates.reject(id, verdict),
    skip: (id, verdict) => gates.skip(id, verdict),
    comments: (id) => gates.listComments(id),
    comment: (data) => gates.comment(data),
  };
}
