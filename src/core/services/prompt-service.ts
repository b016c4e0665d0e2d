import { invalidInput } from '../../shared/errors.ts';
import type { RefinedPrompt, RefinedPromptFilter, RefinedPromptInput } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { createId, type ServiceContext } from './context.ts';

/** Keeps the prompts that runs were given. */
export class PromptService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(filter?: RefinedPromptFilter): RefinedPrompt[] {
    return this.#context.repositories.prompts.list(filter);
  }

  get(id: string): RefinedPrompt | null {
    return this.#context.repositories.prompts.get(id);
  }

  /** @throws SweatShopError NotFound when the run does not exist; InvalidInput when it is another ticket's. */
  create(data: RefinedPromptInput): RefinedPrompt {
    return this.#context.database.transaction(() => {
      const run = this.#context.repositories.runs.getOrThrow(data.runId);
      if (run.ticketId !== data.ticketId) {
        throw invalidInput({ path: 'runId', message: 'must be a run of the same ticket' });
      }
      return this.#context.repositories.prompts.create({
        id: createId('prompt'),
        ...data,
        createdAt: timestampOf(this.#context.clock),
      });
    });
  }

  /** @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#context.repositories.prompts.delete(id);
  }
}
