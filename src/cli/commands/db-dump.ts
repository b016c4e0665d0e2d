import type { Command } from 'commander';
import {
  holdsContent,
  listColumns,
  listTables,
  quoteName,
  type ImageReader,
  type ImageTable,
} from '../../host/open-image.ts';
import { cellToJson } from '../cell-text.ts';
import type { CommandContext } from '../command-context.ts';
import { findTables } from '../named-tables.ts';
import { useSnapshot } from '../snapshot.ts';
import { writeTexts } from '../write-texts.ts';

const HELP = `
It prints one JSON object: for each table its rows, in the order in which they are stored, with the names
and values of the database itself. A blob is {"blob": "<base64>"}. All is of one moment, also while
SweatShop runs. Without a name it prints every table but the books of the database and the full-text
indexes. To move everything to another place use sweatshop export, which can be imported again.

Examples:
  sweatshop db dump > everything.json
  sweatshop db dump tickets agents
  sweatshop db dump schema_migrations`;

/** Adds `dump` to the command `db`. */
export function addDbDump(parent: Command, context: CommandContext): void {
  parent
    .command('dump')
    .summary('print the rows of all tables, or of some, as JSON')
    .description('Prints the rows of all tables, or of some, as JSON.')
    .argument('[table...]', 'the tables to print')
    .option('--json', 'as it does anyway')
    .addHelpText('after', HELP)
    .action((names: readonly string[]) =>
      useSnapshot(context, (reader) => {
        const tables =
          names.length === 0 ? listTables(reader).filter(holdsContent) : findTables(reader, names);
        return writeTexts(context.stdout, dumpOf(reader, tables));
      }),
    );
}

function* dumpOf(reader: ImageReader, tables: readonly ImageTable[]): Generator<string> {
  yield '{';
  for (const [index, { name }] of tables.entries()) {
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(name)}: [`;
    yield* rowsOf(reader, name);
    yield ']';
  }
  yield '\n}\n';
}

function* rowsOf(reader: ImageReader, table: string): Generator<string> {
  const names = listColumns(reader, table).map(({ name }) => JSON.stringify(name));
  let isFirst = true;
  for (const row of reader.rows(`SELECT * FROM ${quoteName(table)}`)) {
    const fields = row.map((cell, column) => `${names[column] ?? '""'}: ${cellToJson(cell)}`);
    yield `${isFirst ? '\n' : ',\n'}  {${fields.join(', ')}}`;
    isFirst = false;
  }
  if (!isFirst) yield '\n';
}
