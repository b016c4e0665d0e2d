import { haveTitle } from '../../core/importers/ticket-table/table-columns.ts';
import { readTicketTable } from '../../core/importers/ticket-table/ticket-table.ts';
import { isGithubIssue } from '../../core/importers/github/github-issue.ts';
import { glimpseJson, readJsonRecords } from './json-records.ts';
import { peekText } from './peek-text.ts';
import { readTextFile, unreadableSource } from './read-text.ts';
import type { SourceReader } from './source-reader.ts';
import { tableOptions } from './table-system.ts';

/** Reads tickets of a list of objects. */
export const jsonSource: SourceReader = {
  name: 'json',
  summary: 'tickets as a list of objects, or one object a line',

  isTable: true,

  async recognises(candidate) {
    const { outer, inner } = glimpseJson(await peekText(candidate));
    return !outer.has('format') && haveTitle([...inner]) && !isGithubIssue(inner);
  },

  async read(candidate, { mapping, system, onProgress }) {
    const text = await readTextFile(candidate.path);
    const records = readJsonRecords(text, candidate.path);
    const [first] = records;
    if (first === undefined) throw unreadableSource(candidate.path, 'the list is empty');
    onProgress(0, records.length);
    const names = new Set(records.flatMap(({ value }) => Object.keys(value)));
    const table = {
      file: candidate.path,
      headLine: first.line,
      columns: [...names].map((name) => ({ name, head: name })),
      rows: records.map(({ line, value }) => ({ line, cells: value })),
    };
    const parsed = readTicketTable(table, { ...tableOptions('json', system), mapping });
    onProgress(records.length, records.length);
    return parsed;
  },
};
