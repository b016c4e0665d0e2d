import { SweatShopError, toWireError } from '../shared/errors.ts';
import type { Envelope } from '../shared/transport.ts';

/**
 * Writes an answer as the text that a client reads; it never fails.
 *
 * @param id As the call has it.
 */
export function toAnswerText(id: number, envelope: Envelope): string {
  try {
    return JSON.stringify({ id, ...envelope });
  } catch (error) {
    // The engine has a longest string, and a long list can be longer.
    const tooLarge = 'The answer is too large to send. Ask for fewer with limit.';
    const fault =
      error instanceof RangeError ? new SweatShopError('LimitReached', tooLarge) : error;
    return toFaultText(id, fault);
  }
}

/** As {@link toAnswerText}, for a call that failed with anything that was thrown. */
export function toFaultText(id: number, fault: unknown): string {
  return JSON.stringify({ id, ok: false, error: toWireError(fault) });
}
