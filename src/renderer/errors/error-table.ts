import type { ErrorCode, SweatShopError } from '../../shared/errors.ts';

/** `warning`: the person can mend it; `error`: something is broken. */
export type Severity = 'warning' | 'error';

/** What a person is told about an error. */
export type ErrorWords = {
  readonly severity: Severity;
  readonly title: string;
  /** What to do next, where the error's own message does not say it. */
  readonly advice: string;
};

/** The one place that gives words to codes. */
export const ERROR_TABLE: Readonly<Record<ErrorCode, ErrorWords>> = {
  NotFound: {
    severity: 'warning',
    title: 'It is not there any more',
    advice: 'It may have been deleted meanwhile.',
  },
  InvalidInput: {
    severity: 'warning',
    title: 'That does not fit',
    advice: '',
  },
  Conflict: {
    severity: 'warning',
    title: 'That clashes with something',
    advice: '',
  },
  InvalidTransition: {
    severity: 'warning',
    title: 'That step is not possible now',
    advice: '',
  },
  DependencyCycle: {
    severity: 'warning',
    title: 'The tickets would wait for each other',
    advice: 'Take one of the dependencies of the circle out first.',
  },
  DependencyUnmet: {
    severity: 'warning',
    title: 'The ticket still waits for others',
    advice: 'Finish those first.',
  },
  LimitReached: {
    severity: 'warning',
    title: 'A limit is reached',
    advice: '',
  },
  ReadOnly: {
    severity: 'error',
    title: 'The database cannot be written',
    advice: '',
  },
  StorageFull: {
    severity: 'error',
    title: 'The disk is full',
    advice: 'Nothing that was saved before is lost. Make room and try again.',
  },
  DatabaseCorrupt: {
    severity: 'error',
    title: 'The database is damaged',
    advice: 'Keep the file as it is and restore a backup.',
  },
  Unreadable: {
    severity: 'error',
    title: 'This entry cannot be read',
    advice: 'All others can. Another program changed it; the list of problems says what is wrong.',
  },
  DatabaseTooNew: {
    severity: 'error',
    title: 'A newer SweatShop wrote this database',
    advice: '',
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

/** Gives the words for an error: its kind, and what this very error says with the advice for its kind. */
export function wordsFor(
  error: SweatShopError,
): Pick<ErrorWords, 'severity' | 'title'> & { readonly detail: string } {
  const { severity, title, advice } = ERROR_TABLE[error.code];
  return { severity, title, detail: `${error.message} ${advice}`.trim() };
}
