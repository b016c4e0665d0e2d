import fs from 'node:fs/promises';
import path from 'node:path';
import { readBacklogConfig } from '../core/importers/backlog-md/backlog-config.ts';
import type { BacklogFile } from '../core/importers/backlog-md/backlog-file.ts';
import { BacklogParser, type ParsedBacklog } from '../core/importers/backlog-md/backlog-parser.ts';
import { messageOf, SweatShopError } from '../shared/errors.ts';

const FOLDERS = ['tasks', 'completed'] as const;
/** Many times what anybody writes, and little enough to hold. */
const MAX_FILE_BYTES = 8_000_000;

/**
 * Finds the folder that holds `tasks/` and `completed/`.
 *
 * @param dir That folder, or the project that has it as `backlog/` or `.backlog/`.
 * @throws SweatShopError InvalidInput where there is none.
 */
export async function findBacklogFolder(dir: string): Promise<string> {
  for (const candidate of [dir, path.join(dir, 'backlog'), path.join(dir, '.backlog')]) {
    for (const folder of FOLDERS) {
      if (await isDirectory(path.join(candidate, folder))) return candidate;
    }
  }
  const message = (await isDirectory(dir))
    ? `${dir} is not a Backlog.md folder: it has neither tasks/ nor completed/. Name the folder that has them.`
    : `There is no folder ${dir}. Name the folder that holds tasks/ and completed/.`;
  throw new SweatShopError('InvalidInput', message, { path: dir });
}

/**
 * Reads all tasks of a Backlog.md folder; it changes nothing there.
 *
 * @param root As {@link findBacklogFolder} gives it.
 * @param onProgress Told how many of how many files are read.
 * @returns The tickets, and what is wrong with the files that gave none.
 */
export async function readBacklogFolder(
  root: string,
  onProgress: (done: number, total: number) => void,
): Promise<ParsedBacklog> {
  const parser = new BacklogParser(readBacklogConfig(await readConfig(root)));
  const files = await listFiles(root);
  for (const [index, file] of files.entries()) {
    onProgress(index, files.length);
    try {
      parser.add({ ...file, text: await readText(path.join(root, file.path)) });
    } catch (error) {
      parser.fail({ file: file.path, line: null, message: explain(error) });
    }
  }
  onProgress(files.length, files.length);
  return parser.finish();
}

async function listFiles(root: string): Promise<Omit<BacklogFile, 'text'>[]> {
  const files: Omit<BacklogFile, 'text'>[] = [];
  for (const folder of FOLDERS) {
    if (!(await isDirectory(path.join(root, folder)))) continue;
    const entries = await fs.readdir(path.join(root, folder), { withFileTypes: true });
    const names = entries
      .filter((entry) => !entry.isDirectory() && /\.md$/i.test(entry.name))
      .map(({ name }) => name)
      .sort(new Intl.Collator('en', { numeric: true }).compare);
    files.push(...names.map((name) => ({ path: `${folder}/${name}`, folder })));
  }
  return files;
}

async function readText(file: string): Promise<string> {
  const { size } = await fs.stat(file);
  if (size > MAX_FILE_BYTES) throw new Error('the file is too large to be a task');
  const bytes = await fs.readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('the file is not text in UTF-8; save it as UTF-8');
  }
}

function explain(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? messageOf(error) : `the file cannot be read (${code})`;
}

async function readConfig(root: string): Promise<string | null> {
  try {
    return await readText(path.join(root, 'config.yml'));
  } catch (error) {
    if (isMissing(error)) return null;
    const message = `${path.join(root, 'config.yml')}: ${explain(error)}`;
    throw new SweatShopError('InvalidInput', message, { path: root }, error);
  }
}

async function isDirectory(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
