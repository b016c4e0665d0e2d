import type { PromptService } from '../services/prompt-service.ts';
import type { HandlersOf } from './handlers.ts';

export function promptHandlers(prompts: PromptService): HandlersOf<'prompts'> {
  return {
    list: (filter) => prompts.list(filter),
    get: (id) => prompts.get(id),
    create: (data) => prompts.create(data),
    delete: (id) => {
      prompts.delete(id);
    },
  };
}
