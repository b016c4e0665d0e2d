import { createHash } from 'node:crypto';
import type { FileSystem } from '../file-system.ts';
import type { DatabaseEngine } from '../stored-database.ts';
import type { Inspection } from './image-inspector.ts';
import { readFileNow } from './read-file.ts';

/**
 * Reads, opens and checks an image in one go; for 100 MB that takes long enough to want a thread of its own.
 *
 * @throws As `ImageInspector.inspect`.
 */
export function inspectImage(
  fileSystem: FileSystem,
  engine: DatabaseEngine,
  file: string,
): Inspection {
  const image = readFileNow(fileSystem, file);
  const database = engine.open(image);
  try {
    const sha256 = createHash('sha256').update(image).digest();
    return { facts: database.facts(), schemaVersion: database.schemaVersion, sha256 };
  } finally {
    database.close();
  }
}
