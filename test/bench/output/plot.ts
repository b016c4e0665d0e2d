import type { Row } from '../row.ts';

export function drawPlot(rows: readonly Row[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg"/>${String(rows.length)}`;
}
