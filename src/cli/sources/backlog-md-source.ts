import fs from 'node:fs/promises';
import path from 'node:path';
import type { BacklogFile } from '../../core/importers/backlog-md/backlog-file.ts';
import { toBacklogSource } from '../../core/importers/backlog-md/backlog-rows.ts';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import type { SourceReader } from './source-reader.ts';

const FOLDERS = ['tasks', 'completed'] as const;
const CONFIG_FILE = 'config.yml';
/** Many times what anybody writes, and little enough to hold. */
const MAX_FILE_BYTES = 8_000_000;

/** Reads the tasks of a Backlog.md folder, which holds `tasks/` and `completed/`. */
export const backlogMdSource: SourceReader = {
  name: 'backlog-md',
  summary: 'the tasks of a Backlog.md folder',

  async recognises({ path: dir, kind }) {
    const root = kind === 'folder' ? await findRoot(dir) : null;
    if (root === null) return false;
    return (await listFiles(root)).length > 0 || (await isThere(path.join(root, CONFIG_FILE)));
  },

  async read({ path: dir, kind }, { onProgress }) {
    const root = await findRoot(dir);
    if (kind !== 'folder' || root === null) {
      const message = `${dir} is not a Backlog.md folder: it has neither tasks/ nor completed/. Name the folder that has them.`;
      throw new SweatShopError('InvalidInput', message, { path: dir });
    }
    const { BacklogParser, readBacklogConfig } = await loadParser();
    const config = readBacklogConfig(await readConfig(root));
    const parser = new BacklogParser(config);
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
    const project = config.projectName ?? projectFolder(root);
    return toBacklogSource(parser.finish(), { folder: root, project });
  },
};

/** YAML is nothing that other commands should load. */
async function loadParser() {
  const [{ BacklogParser }, { readBacklogConfig }] = await Promise.all([
    import('../../core/importers/backlog-md/backlog-parser.ts'),
    import('../../core/importers/backlog-md/backlog-config.ts'),
  ]);
  return { BacklogParser, readBacklogConfig };
}

/** Finds the folder that holds `tasks/` and `completed/`: the one that was named, or its `backlog/` or `.backlog/`. */
async function findRoot(dir: string): Promise<string | null> {
  for (const candidate of [dir, path.join(dir, 'backlog'), path.join(dir, '.backlog')]) {
    for (const folder of FOLDERS) {
      if (await isDirectory(path.join(candidate, folder))) return candidate;
    }
  }
  return null;
}

/** A folder that is called as in every project says nothing of this one. */
function projectFolder(root: string): string {
  const isUsual = ['backlog', '.backlog'].includes(path.basename(root));
  return path.basename(isUsual ? path.dirname(root) : root);
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
  const stats = await fs.stat(file);
  // A pipe would be waited for, and a device need have no end.
  if (!stats.isFile()) throw new Error('this is not a file');
  if (stats.size > MAX_FILE_BYTES) throw new Error('the file is too large to be a task');
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
    return await readText(path.join(root, CONFIG_FILE));
  } catch (error) {
    if (isMissing(error)) return null;
    const message = `${path.join(root, CONFIG_FILE)}: ${explain(error)}`;
    throw new SweatShopError('InvalidInput', message, { path: root }, error);
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await fs.access(file);
    return true;
  } catch {
    return false;
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
