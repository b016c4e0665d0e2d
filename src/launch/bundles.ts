import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { outputDir, projectDir } from './project.ts';

/** What is built in one go: `page` is the renderer, `hosts` everything that runs outside it. */
export type BundleName = 'page' | 'hosts';

const hostFolders = ['shared', 'core', 'store', 'host', 'main', 'server', 'cli'];

const sources: Record<BundleName, readonly string[]> = {
  page: ['src/renderer', 'src/shared', 'vite.renderer.config.ts', 'package-lock.json'],
  hosts: [
    ...hostFolders.map((name) => `src/${name}`),
    'migrations',
    'vite.main.config.ts',
    'package.json',
    'package-lock.json',
  ],
};

const outputs: Record<BundleName, readonly string[]> = {
  page: ['renderer/index.html'],
  hosts: [
    'main.cjs',
    'preload.cjs',
    'image-inspection-worker.cjs',
    'query-worker.cjs',
    'server.js',
    'cli.js',
    'sql-wasm.wasm',
  ].map((name) => `build/${name}`),
};

/** The folders whose files make up what runs outside the page. */
export const hostSourceDirs = sources.hosts
  .filter((source) => path.extname(source) === '')
  .map((folder) => path.join(projectDir, folder));

export const bundleNames: readonly BundleName[] = ['page', 'hosts'];

/** Gives the bundles that are missing or whose sources differ from those they were built from. */
export function listStaleBundles(names: readonly BundleName[] = bundleNames): BundleName[] {
  return names.filter(
    (name) =>
      outputs[name].some((file) => !fs.existsSync(path.join(outputDir, file))) ||
      readStamp(name) !== fingerprintSources(name),
  );
}

/**
 * Tells by name, size and time of every source which state of the sources this is.
 *
 * Comparing two of these also notices a deleted file and an older one put back, which "newer than" would not.
 */
export function fingerprintSources(name: BundleName): string {
  const hash = crypto.createHash('sha256');
  for (const source of sources[name]) addToHash(hash, path.join(projectDir, source));
  return hash.digest('hex');
}

/** Remembers what a bundle was built from; null says that nothing usable is there. */
export function writeStamp(name: BundleName, fingerprint: string | null): void {
  fs.mkdirSync(outputDir, { recursive: true });
  if (fingerprint === null) fs.rmSync(stampFile(name), { force: true });
  else fs.writeFileSync(stampFile(name), fingerprint);
}

function readStamp(name: BundleName): string | null {
  try {
    return fs.readFileSync(stampFile(name), 'utf8');
  } catch {
    return null;
  }
}

function stampFile(name: BundleName): string {
  return path.join(outputDir, `${name}.stamp`);
}

function addToHash(hash: crypto.Hash, file: string): void {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    hash.update(`${file}\0${String(stat.size)}\0${String(stat.mtimeMs)}\n`);
    return;
  }
  for (const entry of fs.readdirSync(file).sort()) addToHash(hash, path.join(file, entry));
}
