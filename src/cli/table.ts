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
