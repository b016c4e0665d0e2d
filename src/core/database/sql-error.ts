import {
  SweatShopError,
  messageOf,
  type ErrorCode,
  type ErrorDetails,
} from '../../shared/errors.ts';

type Rule = readonly [
  pattern: RegExp,
  code: ErrorCode,
  describe?: (match: RegExpMatchArray) => Description,
];
type Description = { readonly message: string; readonly details?: ErrorDetails };

/** sql.js reports nothing but SQLite's English message, so this table is the one place that reads it. */
const RULES: readonly Rule[] = [
  [
    /UNIQUE constraint failed: (.+)/,
    'Conflict',
    ([, columns = '']) => ({
      message: `Another row already has this value (${columns}).`,
      details: { constraint: 'unique', columns: columns.split(', ') },
    }),
  ],
  [
    /FOREIGN KEY constraint failed/,
    'Conflict',
    () => ({
      message: 'The row refers to one that does not exist, or others still refer to it.',
      details: { constraint: 'foreign key' },
    }),
  ],
  [
    /NOT NULL constraint failed: (\S+)/,
    'InvalidInput',
    ([, column = '']) => ({
      message: `${column}: must be given`,
      details: { issues: [{ path: column, message: 'must be given' }] },
    }),
  ],
  [
    /CHECK constraint failed: (.+)/,
    'InvalidInput',
    ([, check = '']) => ({
      message: `The database refuses the value: ${check}`,
      details: { issues: [{ path: check, message: 'is not allowed' }] },
    }),
  ],
  [
    /database disk image is malformed|file is not a database|malformed database schema|foreign key mismatch/,
    'DatabaseCorrupt',
  ],
  [/database or disk is full/, 'StorageFull'],
  [/attempt to write a readonly database/, 'ReadOnly'],
  [/Unable to export|database (table )?is locked|cannot commit transaction/, 'Busy'],
];

/**
 * Gives what SQLite reported a code.
 *
 * @param error What sql.js threw.
 * @param sql The statement; it stays in the cause, which no transport carries.
 * @returns A SweatShopError; one that is already a SweatShopError comes back as it is.
 */
export function toSqlError(error: unknown, sql?: string): SweatShopError {
  if (error instanceof SweatShopError) return error;
  const text = messageOf(error);
  const cause = sql === undefined ? error : new Error(sql, { cause: error });
  for (const [pattern, code, describe] of RULES) {
    const match = text.match(pattern);
    if (!match) continue;
    const { message, details } = describe?.(match) ?? { message: text };
    return new SweatShopError(code, message, details, cause);
  }
  return new SweatShopError('Internal', `SQLite: ${text}`, {}, cause);
}

/** Tells whether a write failed because another row has the same value where each must have its own. */
export function isUniqueConflict(error: unknown): boolean {
  return error instanceof SweatShopError && error.details['constraint'] === 'unique';
}
