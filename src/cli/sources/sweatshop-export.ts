import { EXPORT_FORMAT } from '../../core/importers/sweatshop-export/export-format.ts';
import { parseExport } from '../../core/importers/sweatshop-export/parse-export.ts';
import { peekText } from './peek-text.ts';
import { formatBytes } from '../table.ts';
import { parseJson, readTextFile, unreadableSource } from './read-text.ts';
import type { SourceReader } from './source-reader.ts';

/** As much as can be held as text beside the rows that are made of it. */
const MAX_BYTES = 256_000_000;

const HEAD = new RegExp(`^\\ufeff?\\s*\\{\\s*"format"\\s*:\\s*"${EXPORT_FORMAT}"`);

/** Reads what `sweatshop export` wrote: the same rows, with their ids. */
export const sweatshopExport: SourceReader = {
  name: 'sweatshop',
  summary: 'an export of SweatShop, as sweatshop export writes it',
  recognises: async (candidate) => HEAD.test(await peekText(candidate)),
  async read({ path, bytes }) {
    if (bytes > MAX_BYTES) {
      const message =
        `the export has ${formatBytes(bytes)}; at most ${formatBytes(MAX_BYTES)} can be imported. ` +
        'Bring a backup into the folder backups of the other home instead, and run sweatshop db restore there.';
      throw unreadableSource(path, message);
    }
    return parseExport(parseJson(await readTextFile(path, { maxBytes: MAX_BYTES }), path), path);
  },
};
