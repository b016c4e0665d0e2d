import { describe, expect, it } from 'vitest';
import { inspectHome } from '../../../src/store/recovery/inspect-home.ts';
import type { CrashFileSystem } from '../../support/crash-file-system.ts';
import { noteEngine } from '../../support/note-engine.ts';
import { contents, FILE, flipBit, HOME, segments, writtenHome } from './home-fixture.ts';

async function inspect(disk: CrashFileSystem): Promise<ReturnType<typeof inspectHome>> {
  return inspectHome({ fileSystem: disk, home: HOME, engine: await noteEngine() });
}

describe('an inspection', () => {
  it('tells what file and log hold, and changes nothing', async () => {
    const disk = await writtenHome();
    const before = contents(disk);
    const found = await inspect(disk);
    expect(found).toMatchObject({ seq: 6, durableSeq: 6, publishedSeq: 4 });
    expect(found.bytes).toBe(disk.readFile(FILE).length);
    expect(found.checks.map(({ name, isSound }) => [name, isSound])).toEqual([
      ['sweatshop.db', true],
      ['redo log', true],
      ['previous.db', true],
    ]);
    expect(contents(disk)).toEqual(before);
  });

  it('finds a flipped bit in the file and in the log', async () => {
    const disk = await writtenHome();
    flipBit(disk, FILE, 8 * 5_000);
    expect((await inspect(disk)).checks[0]).toMatchObject({ isSound: false });

    const other = await writtenHome();
    const last = segments(other).at(-1) ?? '';
    flipBit(other, last, 8 * other.readFile(last).indexOf('five'));
    const { checks, seq } = await inspect(other);
    expect(checks[1]).toMatchObject({ name: 'redo log', isSound: false });
    expect(checks[1]?.finding).toContain('2 later changes cannot be read');
    expect(seq).toBe(4);
  });

  it('says when the file is missing', async () => {
    const disk = await writtenHome();
    disk.unlink(FILE);
    expect((await inspect(disk)).checks[0]).toMatchObject({ isSound: false });
  });
});
