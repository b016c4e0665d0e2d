import * as v from 'valibot';
import type { ImportReference, ImportRow, TicketSource } from '../../../shared/types.ts';
import { LineSchema } from '../../../shared/entities/fields.ts';
import { importTarget, refTo } from '../import-row.ts';
import type { SourceProblem } from '../source-problems.ts';
import { KIND_WORDS, PRIORITY_WORDS, STATUS_WORDS, wordKey } from '../ticket-words.ts';
import type { TableField } from './table-columns.ts';
import { toTableTime } from './table-time.ts';
import { NO_TEXT, toCellList, toCellText } from './table-values.ts';
import type { WordCounts } from './word-counts.ts';

export const MAX_TEXT_LENGTH = 1_000_000;
const MAX_LABELS = 100;
const MAX_DEPENDENCIES = 10_000;
const MAX_SHOWN_LENGTH = 60;

/** One row of a table of tickets. */
export type TableRow = {
  /** Counted from 1. */
  readonly line: number;
  /** The values by the names of the columns. */
  readonly cells: Readonly<Record<string, unknown>>;
};

type Cell = { readonly column: string; readonly value: unknown };

/** Reads the fields of one ticket at a time. */
export class TableRowReader {
  readonly #columns: ReadonlyMap<TableField, readonly string[]>;
  readonly #source: TicketSource;
  readonly #words: WordCounts;

  /** @param words Told of what is not understood and does no harm. */
  constructor(
    columns: ReadonlyMap<TableField, readonly string[]>,
    source: TicketSource,
    words: WordCounts,
  ) {
    this.#columns = columns;
    this.#source = source;
    this.#words = words;
  }

  /** Gives the id of a row, empty where it has none. */
  idOf(row: TableRow, problems: SourceProblem[]): string {
    return this.#line('id', row, problems) ?? '';
  }

  /** Gives the title of a row as far as it can be told, to know the row by. */
  titleOf(row: TableRow): string {
    const text = toCellText(this.#cell('title', row)?.value);
    return text === NO_TEXT ? '' : toLine(text);
  }

  /**
   * Makes what a row becomes.
   *
   * @param keysOf Gives the keys of the rows that a text names.
   * @param problems Takes what keeps the row from being a ticket; then there is no result.
   */
  read(
    row: TableRow,
    id: string,
    keysOf: (text: string) => readonly string[],
    problems: SourceProblem[],
  ): ImportRow['target'] {
    const before = problems.length;
    const title = this.#line('title', row, problems);
    if (title === undefined || title === '') {
      if (problems.length === before)
        problems.push(this.#problem('title', row, 'there is no title'));
    }
    const text = (field: TableField) => this.#text(field, row, problems);
    const line = (field: TableField) => this.#line(field, row, problems) || undefined;
    const status = this.#word('status', row, STATUS_WORDS, 'backlog', problems);
    const target = importTarget('tickets', {
      source: this.#source,
      externalId: id === '' ? undefined : id,
      title: title ?? '',
      description: text('description'),
      acceptanceCriteria: text('acceptanceCriteria'),
      status,
      priority: this.#word('priority', row, PRIORITY_WORDS, 'medium', problems),
      kind: this.#word('kind', row, KIND_WORDS, 'feature', problems),
      labels: this.#labels(row, problems),
      dependsOn: this.#dependencies(row, keysOf, problems),
      createdAt: this.#time('createdAt', row, problems),
      updatedAt: this.#time('updatedAt', row, problems),
      completedAt: this.#time('completedAt', row, problems),
      closedAt: this.#time('closedAt', row, problems),
      branchName: line('branchName'),
      worktreePath: line('worktreePath'),
      repoPath: line('repoPath'),
      repoUrl: line('repoUrl'),
      githubUrl: line('githubUrl'),
      agentType: line('agentType'),
    });
    return problems.length === before ? target : null;
  }

  /** Of several columns the first that says something. */
  #cell(field: TableField, { cells }: TableRow): Cell | null {
    const columns = this.#columns.get(field) ?? [];
    const isFilled = (column: string) => !['', null, undefined].includes(cells[column] as string);
    const column = columns.find(isFilled) ?? columns[0];
    return column === undefined ? null : { column, value: cells[column] };
  }

  /** @returns Undefined where the source has no such column, so that the default counts. */
  #text(field: TableField, row: TableRow, problems: SourceProblem[]): string | undefined {
    const cell = this.#cell(field, row);
    if (cell === null) return undefined;
    const text = toCellText(cell.value);
    if (text === NO_TEXT) {
      problems.push(this.#problem(field, row, 'must be text'));
      return undefined;
    }
    if (text.length > MAX_TEXT_LENGTH && typeof cell.value !== 'string') {
      problems.push(this.#problem(field, row, 'is too long to be kept'));
    }
    return text.replaceAll(/\r\n?/g, '\n').trim();
  }

  #line(field: TableField, row: TableRow, problems: SourceProblem[]): string | undefined {
    const text = this.#text(field, row, problems);
    const line = text === undefined ? '' : toLine(text);
    if (line === '' || this.#isLine(field, row, line, problems)) return text && line;
    return undefined;
  }

  #isLine(field: TableField, row: TableRow, line: string, problems: SourceProblem[]): boolean {
    const { issues } = v.safeParse(LineSchema, line);
    if (issues) problems.push(this.#problem(field, row, issues[0].message));
    return issues === undefined;
  }

  #word<T extends string>(
    field: TableField,
    row: TableRow,
    words: ReadonlyMap<string, T>,
    fallback: T,
    problems: SourceProblem[],
  ): T | undefined {
    const text = this.#text(field, row, problems);
    if (text === undefined) return undefined;
    const meaning = words.get(wordKey(text));
    if (meaning === undefined && text !== '') {
      const column = this.#cell(field, row)?.column ?? field;
      const message = `column "${column}": "${shorten(text)}" is no ${field} that is known here; it became ${fallback}`;
      this.#words.add(`${field} ${wordKey(text)}`, row.line, message);
    }
    return meaning ?? fallback;
  }

  #time(field: TableField, row: TableRow, problems: SourceProblem[]): string | undefined {
    const text = this.#text(field, row, problems) ?? '';
    if (text === '') return undefined;
    const time = toTableTime(text);
    if (time === null) {
      const column = this.#cell(field, row)?.column ?? field;
      const message = `column "${column}": "${shorten(text)}" is no time that can be told for sure, such as 2026-08-17 07:26; it is left out`;
      this.#words.add(`time ${column}`, row.line, message);
    }
    return time ?? undefined;
  }

  #labels(row: TableRow, problems: SourceProblem[]): string[] | undefined {
    const labels = this.#list('labels', row, problems)?.map(toLine);
    if (labels === undefined) return undefined;
    if (labels.length > MAX_LABELS) {
      const message = `there are ${String(labels.length)} labels; a ticket has at most ${String(MAX_LABELS)}`;
      problems.push(this.#problem('labels', row, message));
    }
    return labels.filter((label) => this.#isLine('labels', row, label, problems));
  }

  #dependencies(
    row: TableRow,
    keysOf: (text: string) => readonly string[],
    problems: SourceProblem[],
  ): ImportReference[] | undefined {
    const ids = this.#list('dependsOn', row, problems);
    if (ids && ids.length > MAX_DEPENDENCIES) {
      problems.push(this.#problem('dependsOn', row, 'there are too many dependencies'));
    }
    const keys = new Set(ids?.flatMap(keysOf));
    return ids && [...keys].map((key) => refTo('tickets', key));
  }

  #list(field: TableField, row: TableRow, problems: SourceProblem[]): string[] | undefined {
    const columns = this.#columns.get(field);
    if (columns === undefined) return undefined;
    const lists = columns.map((column) => toCellList(row.cells[column]));
    if (lists.every((list) => list !== NO_TEXT)) return [...new Set(lists.flat())];
    problems.push(this.#problem(field, row, 'must be a list of texts'));
    return undefined;
  }

  #problem(field: TableField, row: TableRow, message: string): SourceProblem {
    const column = this.#cell(field, row)?.column ?? field;
    return { line: row.line, message: `column "${column}": ${message}` };
  }
}

function toLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function shorten(text: string): string {
  const line = toLine(text);
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH)}…` : line;
}
