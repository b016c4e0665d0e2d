const STEPS = [
  ['gigabyte', 1e9],
  ['megabyte', 1e6],
  ['kilobyte', 1e3],
] as const;

/** Says the size of a file: "4.1 kB", "128 MB". */
export function fileSize(bytes: number): string {
  const found = STEPS.find(([, size]) => bytes >= size);
  if (found === undefined) return `${String(bytes)} bytes`;
  const [unit, step] = found;
  const value = bytes / step;
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit,
    maximumFractionDigits: value < 100 ? 1 : 0,
  }).format(value);
}

/** Says how many: "1 ticket", "1,204 tickets". */
export function ticketCount(count: number): string {
  return count === 1 ? '1 ticket' : `${count.toLocaleString('en')} tickets`;
}
