import type { Comment, CommentInput, CommentPatch } from '../../shared/types.ts';
import type { ParsedCommentFilter } from '../repositories/comment-repository.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';

/** What people and workers write about tickets. */
export class CommentService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(filter?: ParsedCommentFilter): Comment[] {
    return this.#comments.list(filter);
  }

  get(id: string): Comment | null {
    return this.#comments.get(id);
  }

  /**
   * Adds a comment; that of an agent carries its type, unless another one is given.
   *
   * @throws SweatShopError NotFound when the ticket or the worker does not exist.
   */
  create(data: CommentInput): Comment {
    return this.#context.database.transaction(() => {
      const { tickets, agents } = this.#context.repositories;
      tickets.getOrThrow(data.ticketId);
      const worker = data.workerId === undefined ? undefined : agents.getOrThrow(data.workerId);
      return this.#comments.create({
        ...stampedNow('comment', this.#context.clock),
        ...defined({ workerType: worker?.agentType }),
        ...defined(data),
      });
    });
  }

  /** @throws SweatShopError NotFound. */
  update(id: string, patch: CommentPatch): Comment {
    return this.#context.database.transaction(() => this.#comments.update(id, patch));
  }

  /** @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#comments.delete(id);
  }

  get #comments() {
    return this.#context.repositories.comments;
  }
}
