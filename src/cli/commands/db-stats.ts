import path from 'node:path';
import type { Command } from 'commander';
import {
  listTables,
  PageUsage,
  quoteName,
  type ImageReader,
  type ImageTable,
} from '../../host/open-image.ts';
import { redoLogSize, type RedoLogSize } from '../../host/redo-log-size.ts';
import type { CommandContext } from '../command-context.ts';
import { printJson, printRows } from '../output.ts';
import { useSnapshot } from '../snapshot.ts';
import { formatBytes, formatPairs, formatTime } from '../table.ts';

type TableStats = {
  readonly name: string;
  /** Null for a full-text index. */
  readonly rows: number | null;
  /** The pages of its rows. */
  readonly bytes: number;
  readonly indexBytes: number;
  readonly indexes: readonly { readonly name: string; readonly bytes: number }[];
};

type Stats = {
  readonly path: string;
  readonly bytes: number;
  readonly pageBytes: number;
  readonly pages: number;
  readonly freePages: number;
  readonly schemaVersion: number;
  readonly seq: number;
  readonly changedAt: string | null;
  readonly redoLog: RedoLogSize;
  readonly tables: readonly TableStats[];
};

const HELP = `
Sizes are whole pages of the file, as SQLite uses them. Free pages are filled again by what comes next.

Examples:
  sweatshop db stats
  sweatshop db stats --json`;

/** Adds `stats` to the command `db`. */
export function addDbStats(parent: Command, context: CommandContext): void {
  parent
    .command('stats')
    .summary('tell how large the database is, table by table')
    .description('Tells how large the database is, table by table.')
    .option('--json', 'print the figures as JSON')
    .addHelpText('after', HELP)
    .action(({ json = false }: { readonly json?: boolean }) =>
      useSnapshot(context, (reader, image) => {
        const stats = takeStats(context.homePath(), reader, image);
        if (json) printJson(context, stats);
        else printStats(context, stats);
      }),
    );
}

function takeStats(homePath: string, reader: ImageReader, image: Uint8Array): Stats {
  const usage = new PageUsage(image);
  const tables = listTables(reader);
  const [seq, changedAt] = reader.first('SELECT last_seq, changed_at FROM _sw_meta') ?? [];
  const [newest] = reader.first('SELECT max(name) FROM schema_migrations') ?? [];
  return {
    ...{
      path: path.join(homePath, 'sweatshop.db'),
      bytes: image.length,
      pageBytes: usage.pageBytes,
    },
    ...{ pages: usage.pages, freePages: usage.freePages },
    schemaVersion: Number(String(newest).slice(0, 4)),
    seq: Number(seq),
    changedAt: typeof changedAt === 'string' ? changedAt : null,
    redoLog: redoLogSize(homePath),
    tables: tables
      .filter(({ kind }) => kind === 'table' || kind === 'virtual')
      .map((table) => statsOf(reader, usage, table, tables)),
  };
}

function statsOf(
  reader: ImageReader,
  usage: PageUsage,
  { name, kind, rootPage, indexes }: ImageTable,
  all: readonly ImageTable[],
): TableStats {
  const bytesOf = (root: number) => usage.countPages(root) * usage.pageBytes;
  const isIndex = kind === 'virtual';
  const keptIn = isIndex
    ? all.filter((other) => other.kind === 'shadow' && other.name.startsWith(`${name}_`))
    : [];
  const sizes = indexes.map((index) => ({ name: index.name, bytes: bytesOf(index.rootPage) }));
  const shadows = keptIn.flatMap((shadow) => [shadow, ...shadow.indexes]);
  const [rows] = isIndex
    ? [null]
    : (reader.first(`SELECT count(*) FROM ${quoteName(name)}`) ?? [0]);
  return {
    name,
    rows: rows === null ? null : Number(rows),
    bytes: bytesOf(rootPage) + sum(shadows.map((shadow) => bytesOf(shadow.rootPage))),
    indexBytes: sum(sizes.map(({ bytes }) => bytes)),
    indexes: sizes,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function printStats(context: CommandContext, stats: Stats): void {
  const { bytes, pages, pageBytes, freePages, redoLog } = stats;
  context.stdout.write(
    `${formatPairs([
      ['database', stats.path],
      ['size', `${formatBytes(bytes)} in ${count(pages)} pages of ${formatBytes(pageBytes)}`],
      ['free', `${count(freePages)} pages`],
      ['schema', String(stats.schemaVersion)],
      ['changes', `${count(stats.seq)}, the last ${formatTime(stats.changedAt)}`],
      ['redo log', `${formatBytes(redoLog.bytes)} in ${count(redoLog.segments)} files`],
    ])}\n`,
  );
  printRows(context, stats.tables, {
    json: false,
    columns: [
      { head: 'TABLE', value: ({ name }) => name },
      { head: 'ROWS', value: ({ rows }) => rows },
      { head: 'SIZE', value: (table) => formatBytes(table.bytes) },
      { head: 'INDEXES', value: ({ indexBytes }) => formatBytes(indexBytes) },
    ],
    empty: 'There are no tables.',
  });
}

function count(number: number): string {
  return number.toLocaleString('en');
}
