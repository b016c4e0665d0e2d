import { SweatShopError, type ErrorDetails } from '../../shared/errors.ts';

/**
 * Makes the error for a logged transaction that does not fit the database.
 *
 * @param what The part of it that does not fit.
 */
export function cannotReplay(
  seq: number,
  what: string,
  expected: number | string,
  found: number | string,
  details: ErrorDetails = {},
  cause?: unknown,
): SweatShopError {
  return new SweatShopError(
    'DatabaseCorrupt',
    `The logged transaction ${String(seq)} does not fit the database: ${what} should be ${String(expected)} and is ${String(found)}.`,
    { seq, expected, found, ...details },
    cause,
  );
}
