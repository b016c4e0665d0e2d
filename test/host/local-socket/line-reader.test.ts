import { expect, it } from 'vitest';
import { LineReader } from '../../../src/host/local-socket/line-reader.ts';

function readAll(reader: LineReader, maxBytes = 100): (string | null)[] {
  const lines: (string | null)[] = [];
  for (;;) {
    const line = reader.next(maxBytes);
    if (line === null) return lines;
    lines.push(line === 'tooLong' ? null : line.text);
    if (line === 'tooLong') return lines;
  }
}

it('gives the same lines however the bytes come', () => {
  const text = 'eins\nzwei ÄÖ\n\n🦆 drei\nhalf';
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const reader = new LineReader();
    const lines: (string | null)[] = [];
    for (let start = 0; start < bytes.length; start += size) {
      reader.push(bytes.subarray(start, start + size));
      lines.push(...readAll(reader));
    }
    expect(lines).toEqual(['eins', 'zwei ÄÖ', '', '🦆 drei']);
    reader.push(Buffer.from(' a line\n'));
    expect(readAll(reader)).toEqual(['half a line']);
  }
});

it('takes a line of exactly the limit, and nothing after one that is longer', () => {
  const reader = new LineReader();
  reader.push(Buffer.from(`${'x'.repeat(100)}\n${'x'.repeat(101)}\nshort\n`));
  expect(readAll(reader)).toEqual(['x'.repeat(100), null]);
  reader.push(Buffer.from('more\n'));
  expect(readAll(reader)).toEqual([null]);
});

it('notices a line that is too long before its end comes', () => {
  const reader = new LineReader();
  for (let count = 0; count < 3; count++) reader.push(Buffer.from('x'.repeat(50)));
  expect(readAll(reader)).toEqual([null]);
});
