import fs from 'node:fs';
import path from 'node:path';

/**
 * Finds the file of a worker: the build puts it, complete in itself, beside the bundles; from the sources it runs as it
 * is.
 *
 * @param name Such as `query-worker`.
 */
export function workerFile(name: string): string {
  const bundled = path.join(import.meta.dirname, `${name}.cjs`);
  return fs.existsSync(bundled) ? bundled : path.join(import.meta.dirname, `${name}.ts`);
}
