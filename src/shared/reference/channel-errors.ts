import type { Channel } from '../contract/define.ts';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { shapeOf } from './schema-shape.ts';

/** What any call can answer, whatever it does: the application, its disk or a foreign hand is to blame. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'ReadOnly',
  'StorageFull',
  'DatabaseCorrupt',
  'Unreadable',
  'DatabaseTooNew',
  'Busy',
  'Forbidden',
  'Unavailable',
  'Internal',
];

/** Gives the errors that a call can answer beside {@link COMMON_ERRORS}: those that follow from its arguments, and those it names. */
export function errorsOf({ args, result, errors }: Channel): ErrorCode[] {
  const takesId = args.some(({ name }) => name === 'id' || name.endsWith('Id'));
  const mayFindNothing = ['nullable', 'array', 'number'].includes(shapeOf(result).type);
  const found = new Set<ErrorCode>([
    ...(args.length > 0 ? (['InvalidInput'] as const) : []),
    ...(takesId && !mayFindNothing ? (['NotFound'] as const) : []),
    ...errors,
  ]);
  return ERROR_CODES.filter((code) => found.has(code));
}
