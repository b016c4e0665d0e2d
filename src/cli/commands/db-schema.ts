import type { Command } from 'commander';
import {
  listColumns,
  listTables,
  type ImageReader,
  type ImageTable,
} from '../../host/open-image.ts';
import type { CommandContext } from '../command-context.ts';
import { findTables } from '../named-tables.ts';
import { printJson } from '../output.ts';
import { useSnapshot } from '../snapshot.ts';
import { toTerminalText } from '../terminal-text.ts';

const HELP = `
It prints the SQL that the tables, their indexes and triggers were made with. Without a name it leaves out
what SQLite keeps for itself.

Examples:
  sweatshop db schema
  sweatshop db schema tickets
  sweatshop db schema tickets --json`;

/** Adds `schema` to the command `db`. */
export function addDbSchema(parent: Command, context: CommandContext): void {
  parent
    .command('schema')
    .summary('print how the tables are made')
    .description('Prints the SQL that the tables were made with.')
    .argument('[table]', 'the table to print')
    .option('--json', 'print tables, columns, indexes and triggers as JSON')
    .addHelpText('after', HELP)
    .action((name: string | undefined, { json = false }: { readonly json?: boolean }) =>
      useSnapshot(context, (reader) => {
        const tables =
          name === undefined
            ? listTables(reader).filter(({ name, kind }) => kind !== 'shadow' && !isInternal(name))
            : findTables(reader, [name]);
        if (json)
          printJson(
            context,
            tables.map((table) => describe(reader, table)),
          );
        else context.stdout.write(toTerminalText(tables.map(toSql).join('\n')));
      }),
    );
}

function isInternal(name: string): boolean {
  return name.startsWith('sqlite_');
}

function toSql({ sql, indexes, triggers }: ImageTable): string {
  return [sql, ...indexes.map((part) => part.sql), ...triggers.map((part) => part.sql)]
    .flatMap((text) => (text === null ? [] : [`${text};\n`]))
    .join('');
}

function describe(reader: ImageReader, { name, kind, sql, indexes, triggers }: ImageTable) {
  return {
    ...{ name, kind, sql, columns: listColumns(reader, name) },
    indexes: indexes.map(({ name, sql }) => ({ name, sql })),
    triggers,
  };
}
