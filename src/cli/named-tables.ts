import { listTables, type ImageReader, type ImageTable } from '../host/open-image.ts';
import { SweatShopError } from '../shared/errors.ts';

/**
 * Finds tables by name.
 *
 * @throws SweatShopError InvalidInput for a name that no table has.
 */
export function findTables(reader: ImageReader, names: readonly string[]): ImageTable[] {
  const tables = listTables(reader);
  return [...new Set(names)].map((name) => {
    const found = tables.find((table) => table.name === name);
    if (found) return found;
    const message = `There is no table ${name}. Run sweatshop db stats to see which there are.`;
    throw new SweatShopError('InvalidInput', message, { name });
  });
}
