import { SweatShopError } from '../shared/errors.ts';

/** What the command ends with; `--help` documents it, so a number never changes its meaning. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  busy: 4,
  damaged: 5,
  none: 6,
  timedOut: 7,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** The part of `--help` that explains the exit codes. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  failed; the database is as it was before, unless the message says otherwise
  2  the command or one of its arguments is wrong
  3  done, but something could not be read and was left out
  4  another process of SweatShop is using the database, and answers no commands
  5  the database, its redo log or a backup is damaged
  6  there is nothing to do: no ticket is ready
  7  nobody answered in time`;

/** Gives the exit code for anything that was thrown. */
export function exitCodeFor(error: unknown): ExitCode {
  if (!(error instanceof SweatShopError)) return EXIT_CODES.failed;
  if (error.code === 'Busy') return EXIT_CODES.busy;
  if (error.code === 'DatabaseCorrupt') return EXIT_CODES.damaged;
  return error.code === 'InvalidInput' ? EXIT_CODES.usage : EXIT_CODES.failed;
}
