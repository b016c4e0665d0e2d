import { haveTitle, type TableColumn } from '../../core/importers/ticket-table/table-columns.ts';
import type { TableRow } from '../../core/importers/ticket-table/table-row.ts';
import { readTicketTable } from '../../core/importers/ticket-table/ticket-table.ts';
import { peekText } from './peek-text.ts';
import { readTextFile, unreadableSource } from './read-text.ts';
import type { SourceReader } from './source-reader.ts';
import { tableOptions } from './table-system.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;

const LF = 0x0a;
const CR = 0x0d;

const ADVICE: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a double quote that opens a value of this row is never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'a double quote within a value must be written twice, and a closing one must end the value',
  INVALID_OPENING_QUOTE: 'a value with a double quote in it must be in double quotes as a whole',
};

/** `bytes` is where it ends. */
type CsvRecord = { readonly info: { readonly bytes: number }; readonly record: readonly string[] };

/** Reads tickets of a table with one head row, as spreadsheets and other boards write it. */
export const csvSource: SourceReader = {
  name: 'csv',
  summary: 'tickets in a table (comma, semicolon or tab)',

  isTable: true,

  async recognises(candidate) {
    const text = await peekText(candidate);
    if (/^\s*[[{<]/.test(text)) return false;
    const head = headOf(await loadParser(), text);
    return head !== null && head.length > 1 && haveTitle(head);
  },

  async read(candidate, { mapping, system, onProgress }) {
    const text = await readTextFile(candidate.path);
    const [head, ...records] = parseTable(await loadParser(), text, candidate.path);
    if (head === undefined) throw unreadableSource(candidate.path, 'the file is empty');
    onProgress(0, records.length);
    const columns = nameColumns(head.record);
    const rows = toRows(candidate.path, head, columns, records);
    if (rows.length === 0) {
      throw unreadableSource(candidate.path, 'there is no row below the names of the columns');
    }
    const table = { file: candidate.path, headLine: head.line, columns, rows };
    const parsed = readTicketTable(table, { ...tableOptions('csv', system), mapping });
    onProgress(records.length, records.length);
    return parsed;
  },
};

type CsvParser = Awaited<ReturnType<typeof loadParser>>;

/** Nothing that other commands should load. */
function loadParser() {
  return import('csv-parse/sync');
}

type Line = { readonly line: number; readonly record: readonly string[] };

/** @returns The records that say something, each with the number of the line on which it begins. */
function parseTable(parser: CsvParser, text: string, file: string): Line[] {
  const bytes = Buffer.from(text);
  const lineAt = lineCounter(bytes);
  let start = 0;
  return parseRecords(parser, bytes, delimiterOf(text), file).flatMap(({ info, record }) => {
    const line = lineAt(start);
    start = info.bytes;
    return record.some((cell) => cell.trim() !== '') ? [{ line, record }] : [];
  });
}

function parseRecords(
  { parse, CsvError }: CsvParser,
  bytes: Buffer,
  delimiter: string,
  file: string,
): readonly CsvRecord[] {
  try {
    return parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      // Rows are judged here, where they can be named; the file as a whole has its limit already.
      relax_column_count: true,
      max_record_size: 0,
      info: true,
    }) as unknown as readonly CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // What was read before it is all that is known for sure of where it is.
    const { bytes: start } = error;
    const line = typeof start === 'number' ? lineCounter(bytes)(start) : 1;
    throw unreadableSource(`${file}:${String(line)}`, ADVICE[error.code] ?? error.message, error);
  }
}

/** Counts lines, whatever ends them, for offsets that only grow. */
function lineCounter(bytes: Buffer): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at += 1) {
      const isEnd = bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF);
      if (isEnd) line += 1;
    }
    return line;
  };
}

/** @returns Null where the first line is that of no table. */
function headOf({ parse }: CsvParser, text: string): readonly string[] | null {
  try {
    const options = { delimiter: delimiterOf(text), record_delimiter: ['\r\n', '\n', '\r'], to: 1 };
    const [head] = parse(text, { ...options, max_record_size: 0, relax_column_count: true });
    return head ?? null;
  } catch {
    return null;
  }
}

/** The one that divides the head into most columns. */
function delimiterOf(text: string): string {
  const head = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text.slice(0, 100_000))?.[0] ?? '';
  const names = head.replaceAll(/"(?:[^"]|"")*"/g, '');
  const counts = DELIMITERS.map((delimiter) => names.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function nameColumns(heads: readonly string[]): TableColumn[] {
  const names = new Set<string>();
  return heads.map((head, index) => {
    const plain = head.replaceAll(/\s+/g, ' ').trim() || `column ${String(index + 1)}`;
    let name = plain;
    for (let number = 2; names.has(name); number += 1) name = `${plain} (${String(number)})`;
    names.add(name);
    return { name, head: plain };
  });
}

function toRows(
  file: string,
  head: Line,
  columns: readonly TableColumn[],
  records: readonly Line[],
): TableRow[] {
  return records.map(({ line, record }) => {
    if (record.slice(columns.length).some((cell) => cell.trim() !== '')) {
      const counts = `${String(record.length)} values, but line ${String(head.line)} names ${String(columns.length)} columns`;
      throw unreadableSource(`${file}:${String(line)}`, `there are ${counts}`);
    }
    const cells = columns.map(({ name }, index) => [name, record[index] ?? ''] as const);
    return { line, cells: Object.fromEntries(cells) };
  });
}
