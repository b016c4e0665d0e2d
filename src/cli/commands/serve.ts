import { InvalidArgumentError, type Command } from 'commander';
import { connectToOwner } from '../../host/local-socket/owner-connection.ts';
import { SweatShopError } from '../../shared/errors.ts';
import type { CommandContext } from '../command-context.ts';

type Options = { readonly port?: number; readonly open: boolean };

const MAX_PORT = 65_535;
/** An owner that takes longer is found out when the lock is not free. */
const OWNER_TIMEOUT_MS = 500;

const HELP = `
It serves the board to browsers on this machine only, until Ctrl+C or a signal ends it, and prints the
address with the token that lets a browser in. Other commands work beside it.

Examples:
  sweatshop serve
  sweatshop serve --port 0 --no-open`;

/** Adds `serve`. */
export function addServe(parent: Command, context: CommandContext): void {
  parent
    .command('serve')
    .summary('serve the board to the browser')
    .description('Serves the board to the browser, on this machine only.')
    .option('--port <number>', 'the port; 0 takes any free one (default: 4317 or the next)', toPort)
    .option('--no-open', 'only print the address')
    .addHelpText('after', HELP)
    .action(async ({ port, open }: Options) => {
      const home = context.homePath();
      const owner = await connectToOwner(home, OWNER_TIMEOUT_MS);
      if (owner) {
        owner.close();
        const message = `SweatShop is running already with ${home}. Work with that, or quit it first.`;
        throw new SweatShopError('Busy', message, { path: home });
      }
      const args = [
        ...(port === undefined ? [] : ['--port', String(port)]),
        ...(open ? [] : ['--no-open']),
      ];
      context.finish(await context.serve(home, args));
    });
}

function toPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= MAX_PORT) return port;
  throw new InvalidArgumentError(`Give a number from 0 to ${String(MAX_PORT)}.`);
}
