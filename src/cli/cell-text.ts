import type { Cell } from '../host/query-image.ts';

const MAX_SHOWN_BYTES = 16;

/** Gives a value of the database as JSON, whole and exact. */
export function cellToJson(cell: Cell): string {
  if (cell instanceof Uint8Array) return `{"blob": "${Buffer.from(cell).toString('base64')}"}`;
  if (typeof cell === 'bigint') return String(cell);
  // JSON has no infinity, but numbers that are too large for a reader become it.
  if (cell === Infinity) return '9e999';
  return cell === -Infinity ? '-9e999' : JSON.stringify(cell);
}

/** Gives a value of the database as a field of CSV; null for NULL. */
export function cellToCsv(cell: Cell): string | null {
  return cell instanceof Uint8Array ? toHex(cell) : cell === null ? null : String(cell);
}

/** Gives a value of the database as people read it, so that text that looks like something else stays text. */
export function cellToText(cell: Cell): string {
  if (cell === null) return '–';
  if (cell instanceof Uint8Array) {
    const shown = toHex(cell.subarray(0, MAX_SHOWN_BYTES));
    return cell.length <= MAX_SHOWN_BYTES
      ? shown
      : `${shown.slice(0, -1)}…' (${cell.length.toLocaleString('en')} bytes)`;
  }
  if (typeof cell !== 'string') return String(cell);
  return cell.trim() === '' || cell === '–' ? `'${cell}'` : cell;
}

function toHex(bytes: Uint8Array): string {
  return `x'${Buffer.from(bytes).toString('hex')}'`;
}
