import { SweatShopError } from '../../shared/errors.ts';
import type { PullRequest, PullRequestInput, PullRequestPatch } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ParsedPullRequestFilter } from '../repositories/pull-request-repository.ts';
import type { AuditTrail } from './audit-trail.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';

/** Keeps an eye on the pull requests of tickets. */
export class PullRequestService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;

  constructor(context: ServiceContext, audit: AuditTrail) {
    this.#context = context;
    this.#audit = audit;
  }

  list(filter?: ParsedPullRequestFilter): PullRequest[] {
    return this.#pullRequests.list(filter);
  }

  get(id: string): PullRequest | null {
    return this.#pullRequests.get(id);
  }

  /** @throws SweatShopError NotFound when there is no such ticket. */
  create(data: PullRequestInput): PullRequest {
    return this.#context.database.transaction(() => {
      this.#context.repositories.tickets.getOrThrow(data.ticketId);
      const stamps = stampedNow('pullRequest', this.#context.clock);
      return this.#pullRequests.create({
        ...{ status: 'open', checksPassing: false, reviewStatus: 'pending' },
        ...defined(data),
        ...stamps,
        ...(data.status === 'merged' ? { mergedAt: stamps.createdAt } : {}),
      });
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition when it is merged and the status would change. */
  update(id: string, patch: PullRequestPatch): PullRequest {
    return this.#context.database.transaction(() => {
      const old = this.#pullRequests.getOrThrow(id);
      const { status = old.status } = patch;
      if (old.status === 'merged' && status !== 'merged') {
        throw new SweatShopError('InvalidTransition', 'A merged pull request stays merged.', {
          from: old.status,
          to: status,
          allowed: [],
        });
      }
      const isMerging = status === 'merged' && old.status !== 'merged';
      const mergedAt = isMerging ? { mergedAt: timestampOf(this.#context.clock) } : {};
      const updated = this.#pullRequests.update(id, { ...patch, ...mergedAt });
      this.#audit.recordUpdate(this.#audit.begin(), 'pull_requests', old, updated);
      return updated;
    });
  }

  /** @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#pullRequests.delete(id);
  }

  get #pullRequests() {
    return this.#context.repositories.pullRequests;
  }
}
