import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROWS = 67;
const text = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
const rows = new Map(
  [...text.matchAll(/^\| (\d+) +\|[^|]*\|(.*)\|$/gm)].map(([, row, tests = '']) => [
    Number(row),
    tests,
  ]),
);

describe('the table of the fault matrix', () => {
  it('has every row, each with tests or the reason why there are none', () => {
    expect([...rows.keys()]).toEqual(Array.from({ length: ROWS }, (_, index) => index + 1));
    for (const [row, tests] of rows) {
      expect(tests, `row ${String(row)}`).toMatch(/`[\w./-]+: [^`]+`|as \d+|not covered: /);
    }
  });

  it('names tests that exist', () => {
    const named = [...rows.values()].flatMap((tests) => [
      ...tests.matchAll(/`([\w./-]+): ([^`]+)`/g),
    ]);
    expect(named.length).toBeGreaterThan(ROWS);
    for (const [, file = '', title = ''] of named) {
      const source = readFileSync(path.join(import.meta.dirname, `../${file}.test.ts`), 'utf8');
      expect(source, `${file}.test.ts`).toContain(title);
    }
  });
});
