import type { PullRequestService } from '../services/pull-request-service.ts';
import type { HandlersOf } from './handlers.ts';

export function pullRequestHandlers(pullRequests: PullRequestService): HandlersOf<'pullRequests'> {
  return {
    list: (filter) => pullRequests.list(filter),
    get: (id) => pullRequests.get(id),
    create: (data) => pullRequests.create(data),
    update: (id, patch) => pullRequests.update(id, patch),
    delete: (id) => {
      pullRequests.delete(id);
    },
  };
}
