/** What a statement does to the database, as far as its text tells. */
export type StatementKind = {
  /** `other`: it changes the database in a way that the redo log does not hold, or the connection. */
  readonly effect: 'read' | 'write' | 'other';
  /** The part of a write that may give another result when it is run again; null for none. */
  readonly unrepeatable: string | null;
};

/** Tokens of a text: what is quoted, what is a comment, words, and single other characters. */
const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\p{L}_$\d]+|\S/gu;

const READS: readonly string[] = ['SELECT', 'VALUES', 'EXPLAIN'];
const WRITES: readonly string[] = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE'];

/** Pragmas that only tell something, whatever stands in their brackets. */
const READING_PRAGMAS: readonly string[] = [
  'INTEGRITY_CHECK',
  'QUICK_CHECK',
  'FOREIGN_KEY_CHECK',
  'TABLE_INFO',
  'TABLE_XINFO',
  'INDEX_LIST',
  'INDEX_INFO',
];

/** Pragmas that tell a setting while nothing follows their name. */
const SETTINGS: readonly string[] = [
  'APPLICATION_ID',
  'ENCODING',
  'FOREIGN_KEYS',
  'PAGE_COUNT',
  'PAGE_SIZE',
  'SCHEMA_VERSION',
  'USER_VERSION',
];

/** They read the clock, dice, or what earlier statements of the connection did. */
const UNREPEATABLE_FUNCTIONS: readonly string[] = [
  'RANDOM',
  'RANDOMBLOB',
  'DATE',
  'TIME',
  'DATETIME',
  'JULIANDAY',
  'UNIXEPOCH',
  'STRFTIME',
  'TIMEDIFF',
  'CHANGES',
  'TOTAL_CHANGES',
  'LAST_INSERT_ROWID',
];

/** LIMIT may take other rows where the order leaves a choice; RETURNING makes a query of a write. */
const UNREPEATABLE_WORDS: readonly string[] = [
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LIMIT',
  'RETURNING',
];

/** Reads a statement's kind off its text. */
export function kindOf(sql: string): StatementKind {
  const tokens = toTokens(sql);
  const effect = effectOf(tokens);
  return { effect, unrepeatable: effect === 'write' ? unrepeatableIn(tokens) : null };
}

/**
 * Finds time, chance and the like in a text of SQL, which may be a whole schema.
 *
 * @returns The first such word, or null.
 */
export function unrepeatableIn(sql: string | readonly string[]): string | null {
  const tokens = typeof sql === 'string' ? toTokens(sql) : sql;
  const found = tokens.find((token, index) => {
    const isCall = tokens[index + 1] === '(';
    return isCall
      ? UNREPEATABLE_FUNCTIONS.includes(token) || UNREPEATABLE_WORDS.includes(token)
      : UNREPEATABLE_WORDS.includes(token);
  });
  return found ?? null;
}

/**
 * Takes a text of SQL apart, without its comments.
 *
 * Words come in capitals; a quoted name stays a name only before a bracket, where it may call a function.
 */
export function toTokens(sql: string): string[] {
  const texts = Array.from(sql.matchAll(TOKENS), ([text]) => text).filter(
    (text) => !text.startsWith('--') && !text.startsWith('/*'),
  );
  return texts.map((text, index) => {
    if (text.startsWith("'")) return "''";
    const isQuoted = text.length > 1 && ['"', '`', '['].includes(text.charAt(0));
    if (!isQuoted) return text.toUpperCase();
    return texts[index + 1] === '(' ? text.slice(1, -1).toUpperCase() : '""';
  });
}

function effectOf(tokens: readonly string[]): StatementKind['effect'] {
  const [first = '', second = '', third] = tokens;
  if (READS.includes(first)) return 'read';
  if (WRITES.includes(first)) return 'write';
  if (first === 'PRAGMA') return isReadingPragma(second, third) ? 'read' : 'other';
  if (first !== 'WITH') return 'other';
  // `replace` is also a function; no other of these words can stand in a query.
  const writes = tokens.some((token, index) => WRITES.includes(token) && tokens[index + 1] !== '(');
  return writes ? 'write' : 'read';
}

function isReadingPragma(name: string, next: string | undefined): boolean {
  const hasNothingMore = next === undefined || next === ';';
  if (READING_PRAGMAS.includes(name)) return hasNothingMore || next === '(';
  return SETTINGS.includes(name) && hasNothingMore;
}
