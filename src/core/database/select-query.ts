import type { Statement } from 'sql.js';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import { exactRow, type Cell, type ImageReader } from './image-reader.ts';
import { toTokens } from './replayable.ts';
import { toSqlError } from './sql-error.ts';

/** What a query gave. */
export type QueryAnswer = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What kept further rows out; null where there are none. */
  readonly cutBy: 'rows' | 'bytes' | null;
};

export type QueryLimits = {
  readonly maxRows: number;
  /** How much the values of all rows may take together, as far as it can be told. */
  readonly maxBytes: number;
};

const READS: readonly string[] = ['SELECT', 'WITH', 'VALUES'];

/** What stands before the statement that an EXPLAIN explains, comments included. */
const EXPLAIN =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*explain\b(?:(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+query(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+plan\b)?/iu;

/** Steps of SQLite's machine that change something else than a table of the statement's own. */
const CHANGING_STEPS: ReadonlySet<unknown> = new Set([
  ...['OpenWrite', 'AutoCommit', 'Savepoint', 'Vacuum', 'IncrVacuum', 'JournalMode'],
  ...['Checkpoint', 'CreateBtree', 'Destroy', 'SetCookie', 'ParseSchema', 'SqlExec'],
  ...['DropTable', 'DropIndex', 'DropTrigger', 'VCreate', 'VDestroy', 'VUpdate', 'VRename'],
]);

const ALLOWED =
  'Give one SELECT, VALUES or WITH … SELECT, with EXPLAIN before it if you like. Nothing else is run.';

/** SQLite's messages for what takes more memory than there is. */
const TOO_LARGE = /out of memory|string or blob too big|memory access|allocation/i;

/**
 * Answers a question that a person wrote in SQL, and refuses everything that is none.
 *
 * SQLite itself judges: the text has to be one statement, and the steps that it compiles to must not change anything.
 *
 * @throws SweatShopError InvalidInput for a text that is no such statement, or that SQLite does not understand;
 *   LimitReached when it takes more memory than there is; DatabaseCorrupt.
 */
export function answerQuery(reader: ImageReader, sql: string, limits: QueryLimits): QueryAnswer {
  assertOnlyReads(reader, sql);
  let statement: Statement | undefined;
  try {
    statement = reader.handle.prepare(sql);
    return { columns: statement.getColumnNames(), ...readRows(statement, limits) };
  } catch (error) {
    throw explain(error);
  } finally {
    statement?.free();
  }
}

function readRows(
  statement: Statement,
  { maxRows, maxBytes }: QueryLimits,
): Omit<QueryAnswer, 'columns'> {
  const rows: Cell[][] = [];
  let bytes = 0;
  while (statement.step()) {
    if (rows.length === maxRows) return { rows, cutBy: 'rows' };
    const row = exactRow(statement);
    bytes += row.reduce<number>((sum, cell) => sum + sizeOf(cell), 0);
    if (bytes > maxBytes && rows.length === 0) throw tooLarge('one row is too long');
    if (bytes > maxBytes) return { rows, cutBy: 'bytes' };
    rows.push(row);
  }
  return { rows, cutBy: null };
}

function sizeOf(cell: Cell): number {
  return typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 8;
}

/** @throws SweatShopError InvalidInput. */
function assertOnlyReads({ handle }: ImageReader, sql: string): void {
  if (sql.includes('\u0000')) throw refused('The text holds the NUL character.');
  const explained = sql.replace(EXPLAIN, '');
  const [first] = toTokens(explained);
  if (first === undefined) throw refused('There is no statement.');
  // Some statements, as PRAGMA, act while they are compiled.
  if (!READS.includes(first)) throw refused(`It begins with ${describe(first)}.`);
  const statements = handle.iterateStatements(sql);
  try {
    if (statements.next().done) throw refused('There is no statement.');
  } catch (error) {
    throw explain(error);
  }
  if (hasAnother(statements)) throw refused('There is more than one statement.');
  assertHarmless(handle.iterateStatements(`EXPLAIN ${explained}`));
}

/** What follows is also refused where SQLite cannot make anything of it. */
function hasAnother(statements: ReturnType<ImageReader['handle']['iterateStatements']>): boolean {
  try {
    return !statements.next().done;
  } catch {
    return true;
  }
}

function assertHarmless(statements: ReturnType<ImageReader['handle']['iterateStatements']>): void {
  try {
    const { value: statement } = statements.next();
    const names = statement.getColumnNames();
    while (statement.step()) {
      const row = statement.get();
      const step = row[names.indexOf('opcode')];
      const isWriting = step === 'Transaction' && row[names.indexOf('p2')] !== 0;
      if (isWriting || CHANGING_STEPS.has(step)) throw refused('It would change the database.');
    }
    // Gives the statement back.
    statements.next();
  } catch (error) {
    throw explain(error);
  }
}

function describe(token: string): string {
  return /^[\p{L}\d_]{1,40}$/u.test(token) ? token : 'something that is no keyword';
}

function refused(why: string): SweatShopError {
  return new SweatShopError('InvalidInput', `${why} ${ALLOWED}`);
}

function tooLarge(why: string, cause?: unknown): SweatShopError {
  const message = `The answer takes more memory than a query gets (${why}). Ask for fewer or shorter values.`;
  return new SweatShopError('LimitReached', message, {}, cause);
}

function explain(error: unknown): SweatShopError {
  if (error instanceof SweatShopError) return error;
  const text = messageOf(error);
  if (error instanceof RangeError || TOO_LARGE.test(text)) {
    return tooLarge(`SQLite: ${text}`, error);
  }
  const known = toSqlError(error);
  if (known.code === 'DatabaseCorrupt') return known;
  return new SweatShopError('InvalidInput', `SQLite does not accept this: ${text}.`, {}, error);
}
