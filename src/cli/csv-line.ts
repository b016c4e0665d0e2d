import { stringify } from 'csv-stringify/sync';

/** What may stand in a field; null is an empty field, while empty text is `""`. */
export type CsvField = string | number | boolean | null;

/**
 * Makes a line of CSV, with its end.
 *
 * @param options `isForSpreadsheet`: what a spreadsheet would take for a formula gets a `'` in front.
 */
export function csvLine(
  fields: readonly CsvField[],
  { isForSpreadsheet = false }: { readonly isForSpreadsheet?: boolean } = {},
): string {
  return stringify([[...fields]], {
    escape_formulas: isForSpreadsheet,
    cast: {
      boolean: String,
      string: (value) => (value === '' ? { value, quoted_string: true } : value),
    },
  });
}
