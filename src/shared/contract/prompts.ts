import * as v from 'valibot';
import { IdSchema } from '../entities/fields.ts';
import {
  RefinedPromptFilterSchema,
  RefinedPromptInputSchema,
  RefinedPromptSchema,
} from '../entities/refined-prompt.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const prompts = {
  list: channel(
    'prompt:list',
    'Lists refined prompts, the newest first.',
    [arg('filter', v.optional(RefinedPromptFilterSchema))],
    v.array(RefinedPromptSchema),
  ),
  get: channel(
    'prompt:get',
    'Gives the refined prompt with this id, or null.',
    [id],
    v.nullable(RefinedPromptSchema),
  ),
  create: channel(
    'prompt:create',
    'Stores the prompt of a run.',
    [arg('data', RefinedPromptInputSchema)],
    RefinedPromptSchema,
    ['NotFound'],
  ),
  delete: channel('prompt:delete', 'Deletes a refined prompt.', [id], v.void()),
};
