import { SweatShopError } from '../../shared/errors.ts';
import type { StatementKind } from './replayable.ts';

/** Lets everything pass. */
export function allowAll(): void {
  // BEGIN, COMMIT and the like are nobody's but the database's own.
}

/** @throws SweatShopError Internal for a statement that does more than read. */
export function assertReads({ effect }: StatementKind): void {
  if (effect === 'read') return;
  throw new SweatShopError('Internal', 'A query must not write.');
}

/** @throws SweatShopError Internal for a statement that is no write, or may do something else when it is run again. */
export function assertRepeats({ effect, unrepeatable }: StatementKind): void {
  if (effect !== 'write') {
    throw new SweatShopError('Internal', 'Only INSERT, UPDATE and DELETE can be run again.');
  }
  if (unrepeatable !== null) {
    throw new SweatShopError(
      'Internal',
      `A write with ${unrepeatable} may do something else when it is run again.`,
    );
  }
}
