import type { CommanderError } from 'commander';
import { messageOf, SweatShopError, toWireError, type WireError } from '../shared/errors.ts';
import type { CommandHost } from './command-context.ts';
import { toTerminalText } from './terminal-text.ts';

/**
 * Writes what went wrong to standard error: a sentence for people, one line of JSON for programs.
 *
 * @param error Anything that was thrown.
 */
export function printError({ stderr }: CommandHost, error: unknown, json: boolean): void {
  if (json) stderr.write(`${JSON.stringify({ error: describe(error) })}\n`);
  else stderr.write(`sweatshop: ${toTerminalText(describe(error).message)}\n`);
}

/** Gives what commander found wrong with the arguments the code that programs know. */
export function usageError(error: CommanderError): SweatShopError {
  const message =
    error.code === 'commander.help'
      ? 'Name a command; --help lists them.'
      : `${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}; add --help to see how it is used.`;
  return new SweatShopError('InvalidInput', message, {}, error);
}

/** An error without a code is a fault of ours: the stack is what a report of it needs. */
function describe(error: unknown): WireError {
  const { code, details } = toWireError(error);
  const message = messageOf(error);
  if (error instanceof SweatShopError || !(error instanceof Error)) {
    return { code, message, details };
  }
  if ('syscall' in error) {
    return {
      code: 'code' in error && error.code === 'ENOENT' ? 'NotFound' : 'Unavailable',
      message: `${message}. Check that it exists and that you may use it.`,
      details,
    };
  }
  return {
    code,
    message: `something went wrong that should not. Please report this:\n${error.stack ?? message}`,
    details,
  };
}
