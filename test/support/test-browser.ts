import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inflate } from '@sparticuz/chromium';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
const packageDir = path.resolve(
  path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
  '..',
);

/**
 * Starts a real Chromium: the one that comes with npm on Linux x64, elsewhere the Chrome of the machine.
 *
 * TEST_BROWSER names another program to use instead.
 */
export async function launchTestBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(await launchOptions()),
    // What is under test answers signals; the browser ends with the process that started it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Unpacks the browser that comes with npm, once for each version of it. */
export async function unpackTestBrowser(): Promise<void> {
  await launchOptions();
}

async function launchOptions(): Promise<LaunchOptions> {
  const args = ['--no-sandbox'];
  const given = process.env.TEST_BROWSER;
  if (given) return { executablePath: given, args };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const folder = await unpack();
  return {
    executablePath: path.join(folder, 'chromium'),
    // The package's own arguments switch web security and site isolation off.
    args,
    // For machines without the libraries that a browser needs.
    env: { ...process.env, LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') },
  };
}

async function unpack(): Promise<string> {
  const { version } = JSON.parse(
    fs.readFileSync(path.join(packageDir, 'package.json'), 'utf8'),
  ) as { version: string };
  const cacheDir = path.resolve(packageDir, '../../.cache');
  const folder = path.join(cacheDir, `sweatshop-chromium-${version}`);
  if (fs.existsSync(folder)) return folder;

  fs.mkdirSync(cacheDir, { recursive: true });
  const draft = fs.mkdtempSync(`${folder}-`);
  const temporaryDir = process.env.TMPDIR;
  // The package unpacks into the temporary folder, and nowhere else.
  process.env.TMPDIR = draft;
  try {
    for (const archive of archives) await inflate(path.join(packageDir, 'bin', archive));
  } finally {
    if (temporaryDir === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporaryDir;
  }
  try {
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    // Another process was first.
    if (!fs.existsSync(folder)) throw error;
  }
  return folder;
}
