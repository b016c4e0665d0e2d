import type { ImageReader } from '../core/database/image-reader.ts';
import { systemClock } from '../store/clock.ts';

export type { ImageReader } from '../core/database/image-reader.ts';
export {
  holdsContent,
  listColumns,
  listTables,
  quoteName,
  type ImageColumn,
  type ImageTable,
} from '../core/database/image-tables.ts';
export { PageUsage } from '../core/database/page-usage.ts';

/**
 * Opens a copy of a database for reading.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 * @throws SweatShopError DatabaseCorrupt when the bytes are no whole database.
 */
export async function openImage(wasm: Uint8Array, image: Uint8Array): Promise<ImageReader> {
  // A command that reads no database shall not wait for SQLite to be loaded.
  const { createEngine } = await import('../core/database/engine.ts');
  // Only an image that is to be written has to be of a known version.
  return (await createEngine(wasm, systemClock, 0)).read(image);
}
