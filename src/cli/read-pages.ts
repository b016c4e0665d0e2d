/** Few enough for one answer, whatever a row holds of titles and labels. */
const PAGE_LENGTH = 10_000;

/**
 * Reads a list of any length, in parts that fit into an answer.
 *
 * @param read Gives a part of the list.
 * @param most How many rows are wanted at most.
 * @returns Each row once, also where the list changed between two parts.
 */
export async function readPages<Row extends { readonly id: string }>(
  read: (page: { readonly limit: number; readonly offset: number }) => Promise<readonly Row[]>,
  most = Infinity,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let offset = 0; offset < most; offset += PAGE_LENGTH) {
    const limit = Math.min(PAGE_LENGTH, most - offset);
    const page = await read({ limit, offset });
    for (const row of page) rows.set(row.id, row);
    if (page.length < limit) break;
  }
  return [...rows.values()];
}
