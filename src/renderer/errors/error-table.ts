import type { ErrorCode, SweatShopError } from '../../shared/errors.ts';

/** `warning`: the person can mend it; `error`: something is broken. */
export type Severity = 'warning' | 'error';

/** What a person is told about an error. */
export type ErrorWords = {
  readonly severity: Severity;
  readonly title: string;
  /** What to do next. */
  readonly advice: string;
};

/** The one place that gives words to codes. */
export const ERROR_TABLE: Readonly<Record<ErrorCode, ErrorWords>> = {
  NotFound: {
    severity: 'warning',
    title: 'It is not there any more',
    advice: 'Someone may have deleted it meanwhile.',
  },
  InvalidInput: {
    severity: 'warning',
    title: 'That does not fit',
    advice: 'Correct what is marked and try again.',
  },
  Conflict: {
    severity: 'warning',
    title: 'That clashes with something',
    advice: 'Look at the current state and try again.',
  },
  InvalidTransition: {
    severity: 'warning',
    title: 'That step is not possible now',
    advice: 'Choose one of the steps that the agent offers.',
  },
  DependencyCycle: {
    severity: 'warning',
    title: 'The tickets would wait for each other',
    advice: 'Take one of the dependencies of the circle out first.',
  },
  DependencyUnmet: {
    severity: 'warning',
    title: 'The ticket still waits for others',
    advice: 'Finish what it depends on first.',
  },
  LimitReached: {
    severity: 'warning',
    title: 'The column is full',
    advice: 'Move something out of it first.',
  },
  ReadOnly: {
    severity: 'error',
    title: 'The database cannot be written',
    advice: 'Check the permissions of the folder, then save again.',
  },
  StorageFull: {
    severity: 'error',
    title: 'The disk is full',
    advice: 'Free some space, then save again. Nothing is lost while SweatShop runs.',
  },
  DatabaseCorrupt: {
    severity: 'error',
    title: 'The database is damaged',
    advice: 'Keep the file as it is and restore a backup.',
  },
  DatabaseTooNew: {
    severity: 'error',
    title: 'A newer SweatShop wrote this database',
    advice: 'Update SweatShop to open it.',
  },
  Busy: {
    severity: 'warning',
    title: 'SweatShop is busy',
    advice: 'Try again in a moment.',
  },
  Forbidden: {
    severity: 'error',
    title: 'That is not allowed from here',
    advice: 'Open the address that SweatShop printed when it started.',
  },
  Unavailable: {
    severity: 'error',
    title: 'SweatShop cannot be reached',
    advice: 'Check that it still runs; this page reconnects by itself.',
  },
  Internal: {
    severity: 'error',
    title: 'Something went wrong inside SweatShop',
    advice: 'Try again; if it stays, report it with the text above.',
  },
};

/**
 * Gives the words for an error.
 *
 * @returns The table's entry, with what this very error says put first.
 */
export function wordsFor(error: SweatShopError): ErrorWords & { readonly detail: string } {
  return { ...ERROR_TABLE[error.code], detail: error.message };
}
