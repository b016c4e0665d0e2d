/**
 * Lays out names and values in two columns, one pair a line.
 *
 * @param rows Numbers are aligned to the right among each other.
 */
export function formatPairs(rows: readonly (readonly [string, string | number])[]): string {
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const numberWidth = Math.max(
    ...rows.map(([, value]) => (typeof value === 'number' ? String(value).length : 0)),
  );
  return rows
    .map(([name, value]) => {
      const text = typeof value === 'number' ? String(value).padStart(numberWidth) : value;
      return `  ${name.padEnd(nameWidth)}  ${text}\n`;
    })
    .join('');
}

/** Gives a size as people read it, such as `1.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const exponent = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1_000 ** exponent;
  return `${exponent === 0 ? String(bytes) : value.toFixed(1)} ${units[exponent] ?? 'B'}`;
}

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** Gives a time in the zone of the person, such as `21 Nov 2026, 09:30`. */
export function formatTime(timestamp: string | null, missing = 'never'): string {
  return timestamp === null ? missing : dateAndTime.format(new Date(timestamp));
}

/**
 * Lays out rows under the names of their columns.
 *
 * @param isNumber Columns that are aligned to the right.
 */
export function formatTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  isNumber: ReadonlySet<number>,
): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        isNumber.has(column)
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [heads, ...rows].map((row) => `  ${line(row)}\n`).join('');
}

/** Gives a number of tickets as a phrase. */
export function formatTickets(count: number): string {
  return count === 1 ? '1 ticket' : `${count.toLocaleString('en')} tickets`;
}
