import type { ImportNotice, ImportRow, TicketSource } from '../../../shared/types.ts';
import type { ParsedSource } from '../import-row.ts';
import { baseNameOf, refuseProblems, type SourceProblem } from '../source-problems.ts';
import { listNames, planColumns, type ColumnPlan, type TableColumn } from './table-columns.ts';
import { MAX_TEXT_LENGTH, TableRowReader, type TableRow } from './table-row.ts';
import { WordCounts } from './word-counts.ts';

/** What tickets of a table are kept under, whatever file they come in. */
const TABLE = 'tickets';

/** A table whose rows are tickets. */
export type TicketTable = {
  /** What messages call the file. */
  readonly file: string;
  /** The line of its head, or of its first row. */
  readonly headLine: number;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
};

export type TicketTableOptions = {
  /** The kind of source; with the id of a row it says which ticket the row is. */
  readonly system: string;
  readonly ticketSource: TicketSource;
  readonly mapping: Readonly<Record<string, string>>;
};

/**
 * Makes tickets of the rows of a table.
 *
 * A row with an id is that ticket in every import; one without is told by its title, and rows that share a title by
 * their order. What no field takes is kept in the raw row, and a notice names it.
 *
 * @throws SweatShopError InvalidInput that names every row which is no ticket, and rows that share an id: then nothing
 *   of the table is to be imported, for half of a list is worse than none.
 */
export function readTicketTable(table: TicketTable, options: TicketTableOptions): ParsedSource {
  const plan = planColumns(table.columns, options.mapping);
  refuseProblems(
    table.file,
    [...plan.problems, ...missingTitle(table, plan)].map((message) => ({
      line: table.headLine,
      message,
    })),
  );

  const words = new WordCounts();
  const reader = new TableRowReader(plan.columns, options.ticketSource, words);
  const problems: SourceProblem[] = [];
  const keys = new RowKeys();
  const known = table.rows.flatMap((row) => {
    tooLong(row, problems);
    const id = reader.idOf(row, problems);
    const key = keys.take(id, id === '' ? reader.titleOf(row) : '', row, problems);
    return key === null ? [] : [{ row, id, key }];
  });
  const rows = known.flatMap(({ row, id, key }): ImportRow[] => {
    const target = reader.read(row, id, (other) => keys.keysOf(other), problems);
    if (target === null) return [];
    const place = `${baseNameOf(table.file)}:${String(row.line)}`;
    return [{ table: TABLE, key, raw: { ...row.cells }, place, target }];
  });
  refuseProblems(table.file, problems);
  return {
    source: { system: options.system, name: table.file },
    rows,
    notices: [...keptColumns(table, plan), ...words.toNotices(baseNameOf(table.file))],
  };
}

/** Gives each row its key, once. */
class RowKeys {
  readonly #lines = new Map<string, number>();
  readonly #spellings = new Map<string, string>();

  /** @returns Null where another row has the id already. */
  take(id: string, title: string, { line }: TableRow, problems: SourceProblem[]): string | null {
    if (id === '') return this.#takeTitle(title, line);
    const spelling = id.toLowerCase();
    const earlier = this.#lines.get(spelling);
    if (earlier !== undefined) {
      problems.push({ line, message: `the id "${id}" is that of line ${String(earlier)} already` });
      return null;
    }
    this.#lines.set(spelling, line);
    this.#spellings.set(spelling, id);
    return id;
  }

  /** Gives the keys of the rows that some text names: by an id, or by several with spaces between them. */
  keysOf(text: string): readonly string[] {
    const key = this.#keyOf(text);
    if (key !== undefined) return [key];
    const keys = text.split(/\s+/).map((id) => this.#keyOf(id));
    return keys.every((key) => key !== undefined) ? keys : [text];
  }

  #keyOf(id: string): string | undefined {
    const spelling = id.toLowerCase();
    return this.#spellings.get(spelling) ?? this.#spellings.get(spelling.replace(/^#/, ''));
  }

  #takeTitle(title: string, line: number): string {
    for (let number = 1; ; number += 1) {
      const key = number === 1 ? `title:${title}` : `title:${title} (${String(number)})`;
      if (this.#lines.has(key)) continue;
      this.#lines.set(key, line);
      return key;
    }
  }
}

function missingTitle({ columns }: TicketTable, plan: ColumnPlan): string[] {
  if (plan.columns.has('title')) return [];
  const first = columns[0]?.name ?? 'COLUMN';
  return [
    `no column is a title, among: ${listNames(columns)}. Say which is, such as --map "${first}=title"`,
  ];
}

function tooLong({ line, cells }: TableRow, problems: SourceProblem[]): void {
  for (const [name, value] of Object.entries(cells)) {
    if (typeof value !== 'string' || value.length <= MAX_TEXT_LENGTH) continue;
    const length = value.length.toLocaleString('en');
    const message = `column "${name}": has ${length} characters; at most ${MAX_TEXT_LENGTH.toLocaleString('en')} can be kept`;
    problems.push({ line, message });
  }
}

function keptColumns({ file, headLine, columns }: TicketTable, plan: ColumnPlan): ImportNotice[] {
  if (plan.kept.length === 0) return [];
  const kept = new Set(plan.kept);
  const names = listNames(columns.filter(({ name }) => kept.has(name)));
  const message = `no field of a ticket takes these columns, which are kept as they are: ${names}`;
  return [{ severity: 'warning', place: `${baseNameOf(file)}:${String(headLine)}`, message }];
}
