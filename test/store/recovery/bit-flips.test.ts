import { beforeAll, describe, expect, it } from 'vitest';
import { RecoveryNeeded } from '../../../src/store/recovery/recover-database.ts';
import type { CrashFileSystem } from '../../support/crash-file-system.ts';
import { trimmed } from '../journal/log-fixture.ts';
import {
  ALL,
  copyOf,
  FILE,
  flipBit,
  PREVIOUS,
  recover,
  replace,
  segments,
  WrittenHome,
} from './home-fixture.ts';

const FLIPS = process.env['SWEATSHOP_CRASH'] === 'full' ? 10_000 : 100;
/** Finds each of them in some ten milliseconds. */
const TIMEOUT_MS = 20_000 + FLIPS * 100;

let written: CrashFileSystem;

beforeAll(async () => {
  const home = await WrittenHome.create();
  await home.add('one', 'two');
  await home.publish();
  await home.add('three', 'four');
  await home.publish();
  await home.add('five', 'six');
  await home.journal.close();
  written = home.disk;
  for (const segment of segments(written)) {
    replace(written, segment, trimmed(written.readFile(segment)));
  }
});

/** Bits spread over a file, the same each time. */
function bitsOf(file: string): number[] {
  const count = written.readFile(file).length * 8;
  return Array.from({ length: FLIPS }, (_, index) => (index * 2_654_435_761) % count);
}

/** Opens what is left after a flip: all of it, or a person is asked and told what is missing or whose it is not. */
async function outcome(disk: CrashFileSystem): Promise<'everything' | 'asked'> {
  try {
    const { recovered, notes } = await recover(disk);
    recovered.database.close();
    expect(notes).toEqual(ALL);
    return 'everything';
  } catch (error) {
    if (!(error instanceof RecoveryNeeded)) throw error;
    const problems = error.report.problems.join(' ');
    expect(error.report.options.length).toBeGreaterThan(0);
    expect(problems).toMatch(/damaged|unreadable|checksum|cannot be read|missing|not the database/);
    return 'asked';
  }
}

describe('a flipped bit', () => {
  it(
    'anywhere in sweatshop.db is found, and loses nothing without a word (row 24)',
    { timeout: TIMEOUT_MS },
    async () => {
      let asked = 0;
      for (const bit of bitsOf(FILE)) {
        const disk = copyOf(written);
        flipBit(disk, FILE, bit);
        // A flip in its UUID or number makes it look like another database; a person is asked then.
        if ((await outcome(disk)) === 'asked') asked++;
        expect(disk.readFile(FILE), `bit ${String(bit)}`).not.toEqual(written.readFile(FILE));
      }
      expect(asked).toBeLessThan(FLIPS / 100);
    },
  );

  it(
    'anywhere in previous.db is found when it is needed (row 27)',
    { timeout: TIMEOUT_MS },
    async () => {
      for (const bit of bitsOf(PREVIOUS)) {
        const disk = copyOf(written);
        flipBit(disk, PREVIOUS, bit);
        disk.unlink(FILE);
        expect(await outcome(disk), `bit ${String(bit)}`).toBe('asked');
      }
    },
  );

  it(
    'anywhere in the log loses nothing without a word (rows 15, 16 and 17)',
    { timeout: TIMEOUT_MS },
    async () => {
      const found = new Set<string>();
      for (const segment of segments(written)) {
        for (const bit of bitsOf(segment)) {
          const disk = copyOf(written);
          flipBit(disk, segment, bit);
          found.add(await outcome(disk));
        }
      }
      expect([...found].sort()).toEqual(['asked', 'everything']);
    },
  );
});
