import fs from 'node:fs';
import path from 'node:path';
import type { App } from '../../src/core/app.ts';
import { openHome, type Home } from '../../src/host/open-home.ts';
import type { BenchContext } from './context.ts';

/** Opens a home as the command line does, so that nothing falls due by itself while it is measured. */
export function openAt({ wasm }: Pick<BenchContext, 'wasm'>, home: string): Promise<Home> {
  return openHome({ host: 'cli', path: home, wasm, version: 'bench' });
}

/** Makes a home of a database, as it is after an ordinary end of the application. */
export async function makeHome(
  context: Pick<BenchContext, 'wasm' | 'folder'>,
  name: string,
  seeded: string,
): Promise<string> {
  const home = path.join(context.folder, name);
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  fs.copyFileSync(seeded, path.join(home, 'sweatshop.db'));
  // Taken over as the edit of another program, so that the next start is an ordinary one.
  await (await openAt(context, home)).close();
  fs.rmSync(path.join(home, 'backups'), { recursive: true, force: true });
  return home;
}

/** Makes a call, and gives its value. */
export async function call(
  { app }: { readonly app: Pick<App, 'call'> },
  channel: string,
  ...args: unknown[]
): Promise<unknown> {
  const envelope = await app.call(channel, args);
  if (!envelope.ok) throw new Error(`${channel}: ${envelope.error.message}`);
  return envelope.value;
}
