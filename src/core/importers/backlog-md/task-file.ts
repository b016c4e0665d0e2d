import * as v from 'valibot';
import {
  TICKET_PRIORITIES,
  TicketInputSchema,
  type TicketPriority,
  type TicketStatus,
} from '../../../shared/types.ts';
import type { ImportedTicket, ImportNotice } from '../imported-ticket.ts';
import { wordKey } from '../ticket-words.ts';
import type { BacklogConfig } from './backlog-config.ts';
import type { BacklogFile } from './backlog-file.ts';
import { readFrontMatter, type Field, type LineProblem } from './front-matter.ts';
import { divideDocument, divideTaskBody } from './task-body.ts';
import { toTimestamp } from '../timestamp.ts';

/** What one file gives: a ticket, or the errors that keep it from being one. */
export type ParsedTask = {
  readonly ticket: ImportedTicket | null;
  readonly errors: readonly ImportNotice[];
};

/**
 * Reads one task of a Backlog.md folder.
 *
 * A document without front matter becomes a ticket as well if it has a top heading, which is then the
 * title; its file name is the id, and a warning says so.
 *
 * @param file The file.
 * @param config The config of its folder.
 * @returns The ticket, or every error of the file with its line.
 */
export function parseTaskFile(file: BacklogFile, config: BacklogConfig): ParsedTask {
  const text = file.text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (text.trim() === '') return rejected(file, [{ line: 1, message: 'the file is empty' }]);
  const frontMatter = readFrontMatter(text);
  if (!frontMatter) return parseDocument(file, text, config);
  if (frontMatter.problem) return rejected(file, [frontMatter.problem]);

  const fields = new FieldReader(frontMatter.fields);
  const createdAt = fields.timestamp('created_date');
  const ticket: ImportedTicket = {
    externalId: fields.requiredText('id'),
    origin: {
      file: file.path,
      idLine: fields.line('id'),
      dependenciesLine: fields.line('dependencies'),
    },
    title: fields.requiredText('title'),
    ...divideTaskBody(frontMatter.body),
    labels: fields.list('labels'),
    priority: readPriority(fields),
    status: readStatus(fields, file, config),
    dependsOn: fields.list('dependencies'),
    ordinal: fields.number('ordinal'),
    createdAt,
    updatedAt: fields.timestamp('updated_date') ?? createdAt,
    raw: { path: file.path, frontMatter: toRaw(frontMatter.fields), body: frontMatter.body },
    warnings: [],
  };
  if (fields.problems.length > 0) return rejected(file, fields.problems);
  return checked(file, ticket, (name) => fields.line(name));
}

function parseDocument(file: BacklogFile, text: string, config: BacklogConfig): ParsedTask {
  const document = divideDocument(text);
  if (!document?.title) {
    const message = 'there is no front matter: the first line must be ---, then id and title';
    return rejected(file, [{ line: 1, message }]);
  }
  const externalId = file.path.replace(/^.*\//, '').replace(/\.md$/i, '');
  const ticket: ImportedTicket = {
    externalId,
    origin: { file: file.path, idLine: 1, dependenciesLine: 1 },
    title: document.title,
    ...divideTaskBody(document.rest),
    labels: [],
    priority: 'medium',
    status: columnOf(config.defaultStatus, file, config) ?? 'backlog',
    dependsOn: [],
    ordinal: null,
    createdAt: null,
    updatedAt: null,
    raw: { path: file.path, frontMatter: {}, body: text },
    warnings: [
      {
        file: file.path,
        line: 1,
        message: `there is no front matter; it became a ticket with its heading as the title and the id ${externalId}`,
      },
    ],
  };
  return checked(file, ticket, () => 1);
}

function readPriority(fields: FieldReader): TicketPriority {
  const text = fields.text('priority').toLowerCase();
  const priority = TICKET_PRIORITIES.find((known) => known === text);
  if (!priority && text !== '') {
    const known = TICKET_PRIORITIES.join(', ');
    fields.fail('priority', `"${text}" is none of ${known}`);
  }
  return priority ?? 'medium';
}

function readStatus(fields: FieldReader, file: BacklogFile, config: BacklogConfig): TicketStatus {
  const text = fields.text('status') || config.defaultStatus;
  const column = columnOf(text, file, config);
  if (!column) {
    fields.fail('status', `"${text}" is none of ${config.statuses.join(', ')}`);
  }
  return column ?? 'backlog';
}

function columnOf(
  status: string,
  file: BacklogFile,
  { columns }: BacklogConfig,
): TicketStatus | undefined {
  return file.folder === 'completed' ? 'merged' : columns.get(wordKey(status));
}

/** What is nested more deeply than a list is kept as it is written. */
function toRaw(fields: ReadonlyMap<string, Field>): Record<string, unknown> {
  return Object.fromEntries(
    [...fields].map(([name, { value, source }]) => [name, value ?? source]),
  );
}

/** Lets the contract of the board have the last word on lengths and characters. */
function checked(
  file: BacklogFile,
  ticket: ImportedTicket,
  lineOf: (name: string) => number,
): ParsedTask {
  const { externalId, title, description, acceptanceCriteria, labels } = ticket;
  const result = v.safeParse(TicketInputSchema, {
    ...{ externalId, title, description, acceptanceCriteria },
    labels: [...labels],
    dependsOn: [...ticket.dependsOn],
  });
  if (result.success) {
    const { title, labels = [], dependsOn = [] } = result.output;
    return { ticket: { ...ticket, title, labels, dependsOn }, errors: [] };
  }
  const names: Record<string, string> = { externalId: 'id', dependsOn: 'dependencies' };
  return rejected(
    file,
    result.issues.map((issue) => {
      const key = v.getDotPath(issue)?.split('.')[0] ?? '';
      const name = names[key] ?? key;
      return { line: lineOf(name), message: `${name}: ${issue.message}` };
    }),
  );
}

function rejected(file: BacklogFile, problems: readonly LineProblem[]): ParsedTask {
  const errors = problems
    .map((problem) => ({ file: file.path, ...problem }))
    .sort((one, other) => one.line - other.line);
  return { ticket: null, errors };
}

/** Reads fields by type and collects what is wrong with them. */
class FieldReader {
  readonly problems: LineProblem[] = [];
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(fields: ReadonlyMap<string, Field>) {
    this.#fields = fields;
  }

  fail(name: string, message: string): void {
    this.problems.push({ line: this.line(name), message: `${name}: ${message}` });
  }

  line(name: string): number {
    return this.#fields.get(name)?.line ?? 1;
  }

  text(name: string): string {
    const value = this.#fields.get(name)?.value ?? '';
    if (typeof value === 'string') return value.trim();
    this.fail(name, 'must be a text, not a list');
    return '';
  }

  requiredText(name: string): string {
    const text = this.text(name);
    if (text === '') this.fail(name, 'is missing');
    return text;
  }

  list(name: string): string[] {
    const field = this.#fields.get(name);
    if (field?.value === null) this.fail(name, 'must be a list of texts');
    const value = field?.value ?? [];
    const items = typeof value === 'string' ? value.split(',') : value;
    return items.map((item) => item.trim()).filter(Boolean);
  }

  number(name: string): number | null {
    const text = this.text(name);
    if (text === '') return null;
    const number = Number(text);
    if (Number.isFinite(number)) return number;
    this.fail(name, `"${text}" is not a number`);
    return null;
  }

  timestamp(name: string): string | null {
    const text = this.text(name);
    if (text === '') return null;
    const timestamp = toTimestamp(text);
    if (timestamp === null) {
      this.fail(name, `"${text}" is not a date such as 2026-08-17 or 2026-08-17 07:26`);
    }
    return timestamp;
  }
}
