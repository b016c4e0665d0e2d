import { EXPORT_FORMAT } from '../../core/importers/sweatshop-export/export-format.ts';
import { parseExport } from '../../core/importers/sweatshop-export/parse-export.ts';
import { peekText } from './peek-text.ts';
import { parseJson, readTextFile } from './read-text.ts';
import type { SourceReader } from './source-reader.ts';

const HEAD = new RegExp(`^\\ufeff?\\s*\\{\\s*"format"\\s*:\\s*"${EXPORT_FORMAT}"`);

/** Reads what `sweatshop export` wrote: the same rows, with their ids. */
export const sweatshopExport: SourceReader = {
  name: 'sweatshop',
  summary: 'an export of SweatShop, as sweatshop export writes it',
  recognises: async (candidate) => HEAD.test(await peekText(candidate)),
  read: async ({ path }) => parseExport(parseJson(await readTextFile(path), path), path),
};
