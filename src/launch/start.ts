import { parseArgs } from 'node:util';
import { findElectronBinary, installElectron, type ElectronBinary } from './electron-binary.ts';
import { ensureBuilt } from './ensure-built.ts';
import { serverUrl } from './project.ts';
import { runElectron } from './run-electron.ts';

const USAGE = `Usage: npm start -- [options]

Starts SweatShop in its own window, or in the browser where Electron cannot be had.

  --browser   serve it to the browser
  --port N    with the browser: the port; 0 takes any free one (default: 4317 or the next that is free)
  --no-open   with the browser: only print the address
  --help      show this text

SWEATSHOP_HOME names the folder of the data (default: ~/.sweatshop).
`;
const MAX_PORT = 65_535;
const USAGE_EXIT_CODE = 2;

const options = readOptions();
if (options === null) {
  process.exitCode = USAGE_EXIT_CODE;
} else if (options.help) {
  process.stdout.write(USAGE);
} else {
  try {
    await start(options.browser);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function start(wantsBrowser: boolean): Promise<void> {
  if (!wantsBrowser) {
    const [binary] = await Promise.all([findAndTell(), ensureBuilt()]);
    if (binary.state !== 'absent' && (await startWindow(binary))) return;
  } else {
    await ensureBuilt();
  }
  await import(serverUrl);
}

/** Tells at once when there will be no window, while the build may still be under way. */
async function findAndTell(): Promise<ElectronBinary> {
  const binary = await findElectronBinary();
  if (binary.state === 'absent') tellFallback(binary.why);
  return binary;
}

/** @returns Whether the app ran in a window; if not, the person knows why. */
async function startWindow(binary: Exclude<ElectronBinary, { state: 'absent' }>): Promise<boolean> {
  let file = binary.state === 'installed' ? binary.file : null;
  if (binary.state === 'obtainable') {
    tell(`Getting Electron from ${binary.from}`);
    const installed = (await installElectron()) ? await findElectronBinary() : null;
    file = installed?.state === 'installed' ? installed.file : null;
  }
  if (file === null) {
    tellFallback('it could not be installed');
    return false;
  }
  const run = await runElectron(file);
  if (run.state === 'unusable') {
    tellFallback(run.why);
    return false;
  }
  process.exitCode = run.exitCode;
  return true;
}

function tellFallback(why: string): void {
  tell(`Electron cannot be started (${why}), so SweatShop runs in your browser instead.`);
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** @returns The options, or null when they make no sense; the person then knows why. */
function readOptions(): { readonly browser: boolean; readonly help: boolean } | null {
  try {
    const { values } = parseArgs({
      options: {
        browser: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
      },
    });
    if (values.port !== undefined && !isPort(values.port)) {
      throw new Error(`--port must be a number from 0 to ${String(MAX_PORT)}, not ${values.port}.`);
    }
    return values;
  } catch (error) {
    tell(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) <= MAX_PORT;
}
