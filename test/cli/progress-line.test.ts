import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressLine } from '../../src/cli/progress-line.ts';

let written: string[];

beforeEach(() => {
  written = [];
});

function progressOn(terminal: { isTTY?: boolean; columns?: number }): ProgressLine {
  return new ProgressLine({ ...terminal, write: (text: string) => written.push(text) });
}

describe('ProgressLine', () => {
  it('draws over its last line and takes it away in the end', () => {
    const progress = progressOn({ isTTY: true, columns: 80 });
    progress.draw('Reading', 0, 4);
    progress.draw('Reading', 4, 4);
    progress.clear();
    expect(written).toEqual([
      `\r\u001b[2KReading ${'░'.repeat(24)} 0 of 4`,
      `\r\u001b[2KReading ${'█'.repeat(24)} 4 of 4`,
      '\r\u001b[2K',
    ]);
  });

  it('draws within one call, as a synchronous import needs it, but not for every step', () => {
    const progress = progressOn({ isTTY: true });
    for (let done = 0; done <= 1_000; done += 1) progress.draw('Importing', done, 1_000);
    expect(written.length).toBeGreaterThanOrEqual(2);
    expect(written.length).toBeLessThan(50);
    expect(written.at(-1)).toContain('1000 of 1000');
  });

  it('never fills the line, which would wrap', () => {
    progressOn({ isTTY: true, columns: 20 }).draw('Importing', 1, 1);
    expect(written).toEqual([`\r\u001b[2KImporting ${'█'.repeat(9)}`]);
  });

  it('takes a terminal that has no columns for one of the usual width', () => {
    progressOn({ isTTY: true, columns: 0 }).draw('Reading', 614, 614);
    expect(written[0]).toContain('614 of 614');
  });

  it('writes nothing where nobody watches', () => {
    const progress = progressOn({});
    progress.draw('Reading', 1, 1);
    progress.clear();
    expect(written).toEqual([]);
  });

  it('does not divide by nothing', () => {
    progressOn({ isTTY: true }).draw('Reading', 0, 0);
    expect(written[0]).toContain('0 of 0');
  });
});
