import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectDir } from './project.ts';

/** A download that has not begun to answer by then would make the person wait with nothing to see. */
const ANSWER_WITHIN_MS = 800;

const packageDir = path.join(projectDir, 'node_modules/electron');

/** Whether Electron can be started: now, after unpacking or downloading it, or not at all. */
export type ElectronBinary =
  | { readonly state: 'installed'; readonly file: string }
  | { readonly state: 'obtainable'; readonly from: string }
  | { readonly state: 'absent'; readonly why: string };

/**
 * Finds out, within about a second and without changing anything, whether Electron can be started.
 *
 * Looks where the electron package itself looks: its folder, its cache, its download address, and the environment
 * variables that move these.
 */
export async function findElectronBinary(
  env: NodeJS.ProcessEnv = process.env,
): Promise<ElectronBinary> {
  const platform = env.ELECTRON_INSTALL_PLATFORM ?? env.npm_config_platform ?? process.platform;
  const arch = env.ELECTRON_INSTALL_ARCH ?? env.npm_config_arch ?? process.arch;
  const program = programName(platform);
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return overridden(override, program);

  const version = readVersion();
  if (version === null) return { state: 'absent', why: 'its npm package is not installed' };
  const installed = path.join(packageDir, 'dist', program);
  if (isInstalled(version, program) && fs.existsSync(installed)) {
    return { state: 'installed', file: installed };
  }
  const archive = `electron-v${version}-${platform}-${arch}.zip`;
  const folder = downloadFolder(version, env);
  const cached = path.join(
    cacheDir(env),
    crypto.createHash('sha256').update(folder).digest('hex'),
    archive,
  );
  if (fs.existsSync(cached)) return { state: 'obtainable', from: cached };
  return askForDownload(`${folder}/${archive}`);
}

/**
 * Lets the electron package unpack or download its binary, with its messages on standard error.
 *
 * @returns Whether that worked.
 */
export async function installElectron(): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(packageDir, 'install.js')], {
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve) => {
    child.on('error', () => {
      resolve(false);
    });
    child.on('close', (exitCode) => {
      resolve(exitCode === 0);
    });
  });
}

function programName(platform: string): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

function overridden(folder: string, program: string): ElectronBinary {
  const file = path.join(folder, program);
  if (fs.existsSync(file)) return { state: 'installed', file };
  return { state: 'absent', why: `ELECTRON_OVERRIDE_DIST_PATH names a folder without ${program}` };
}

function readVersion(): string | null {
  const text = readText(path.join(packageDir, 'package.json'));
  return text === null ? null : (JSON.parse(text) as { version: string }).version;
}

function isInstalled(version: string, program: string): boolean {
  return (
    readText(path.join(packageDir, 'path.txt')) === program &&
    readText(path.join(packageDir, 'dist/version'))?.replace(/^v/, '') === version
  );
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

/** The address of the release's folder, without a slash at the end: its hash names the folder of the cache. */
function downloadFolder(version: string, env: NodeJS.ProcessEnv): string {
  const mirror =
    env.npm_config_electron_mirror ??
    env.ELECTRON_MIRROR ??
    'https://github.com/electron/electron/releases/download/';
  return `${mirror}${env.ELECTRON_CUSTOM_DIR ?? `v${version}`}`;
}

function cacheDir(env: NodeJS.ProcessEnv): string {
  if (env.electron_config_cache) return env.electron_config_cache;
  const home = os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library/Caches/electron');
  if (process.platform === 'win32') {
    return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData/Local'), 'electron/Cache');
  }
  return path.join(env.XDG_CACHE_HOME ?? path.join(home, '.cache'), 'electron');
}

async function askForDownload(url: string): Promise<ElectronBinary> {
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.status < 400) return { state: 'obtainable', from: url };
    return { state: 'absent', why: `${new URL(url).host} answers ${String(response.status)}` };
  } catch (error) {
    return { state: 'absent', why: `${new URL(url).host} cannot be reached: ${reasonOf(error)}` };
  }
}

/** Fetch says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${String(ANSWER_WITHIN_MS)} ms`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
